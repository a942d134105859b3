// What the page says, in English and Chinese. {placeholders} are filled in.

const WORDS = {
  en: {
    skip: "To the board", plan: "Plan", period: "Period", unit: "Unit", search: "Find a manager", all: "All units",
    rank: "Rank", change: "Change", manager: "Manager", score: "Score", lastEvent: "Last event",
    through: "Through", position: "Position", lag: "Events not counted yet", changed: "Last change", managers: "Managers",
    digest: "Digest", earlier: "Other periods …", language: "中文", otherLanguage: "zh", dark: "Dark", light: "Light",
    wall: "Full screen",
    live: "Live", waiting: "Waiting for the log", lost: "Connection lost, reconnecting …", starting: "Starting",
    failing: "Failing", checked: "{digest} ✓", nobody: "No manager was in post or credited in this period.",
    none: "No manager fits the filter.", noLog: "The board appears as soon as the log has its first transaction.",
    won: "{count} ranks won since the day before", lostRanks: "{count} ranks lost since the day before",
    same: "rank as the day before", shown: "{shown} of {all}", count: "{all}",
    leads: "{manager} is now first.", close: "Close", line: "Line", value: "Value", clause: "Clause", of: "rank {rank}",
    unranked: "without a rank", incomplete: "Incomplete, for want of: {what}", gaps: "Left out of a mean: {what}",
    explain: "Where does it come from?", explaining: "Asking the log …", formula: "Formula", reading: "Our reading",
    parameters: "Parameters", credits: "Events", event: "Event", on: "Business date", share: "Share", amount: "Amount",
    contribution: "Contribution", others: "{count} others", repeats: "see above", due: "due on {date}", since: "since {date}",
    tokenTitle: "This board is not public", tokenText: "Enter the access token that its administrator gave you.",
    enter: "Open the board", wrong: "That is not the token.", seconds: "{events} ({seconds} s)",
    asOf: "Through {through}, at position {position}", refused: "Not shown", source: "Source", colon: ": ",
    newer: "The board has moved since; what you are reading stays as it was.", showNewer: "Show as of now",
    year: "Year", "half-year": "Half-years", quarter: "Quarters", "two-months": "Two months", month: "Months",
    item: "Contribution", measure: "Measures", kind_score: "Scores", kind_rank: "Rank", grade: "Grade", pay: "Pay",
    withheld: "Withheld", released: "Released", adjustment: "Adjustments", total: "Totals", table: "table",
    settlement: "settlement", lackingAppointment: "an appointment", lacking_rate: "the rate of {name}",
    lacking_fx: "an exchange rate of {name}", lacking_parameter: "the parameter “{name}”", lacking_table: "the table “{name}”",
    disputes: "Disputes", disputesTitle: "Disputes and complaints", openOnes: "Open", allOnes: "All",
    ofSettlements: "Disputes of settlements", ofCustomers: "Complaints of customers",
    noDisputes: "There is none.", asClosed: "How the figures came about", stillOpen: "Open for {days} days",
    asWorded: "As it was closed: what was known then, by the plan as it was worded then.",
    outcome_upheld: "Upheld", outcome_partly: "Partly upheld", outcome_rejected: "Rejected",
    decided: "Decided on {date} by {who}: {reason}", decidedOn: "Decided on {date}",
    noSettlement: "The log has no closed settlement “{settlement}”.", nobodyConcerned: "concerns no manager",
    severity_minor: "Minor", severity_serious: "Serious", customer: "Customer {customer}",
    waitingDecisions: "Decisions of what the log does not know (yet)",
    waiting_dispute: "Dispute {id}, decided by event {event} on {date}",
    waiting_complaint: "Complaint {id}, decided by event {event} on {date}",
    rater_self: "self", rater_superior: "superior", rater_peer: "peer", rater_subordinate: "subordinate",
    rater_customer: "customer", rater_key_customer: "key customer", rater_supplier: "supplier",
    rater_department: "department", rater_branch: "branch", rater_head: "head", rater_president: "president",
    rater_accounting: "accounting", rater_retail: "retail",
  },
  zh: {
    skip: "跳到排行榜", plan: "考核办法", period: "考核期间", unit: "机构", search: "查找客户经理", all: "全部机构",
    rank: "名次", change: "升降", manager: "客户经理", score: "得分", lastEvent: "最近事件",
    through: "数据截至", position: "日志位置", lag: "待计入事件", changed: "最近变动", managers: "人数",
    digest: "摘要", earlier: "其他期间…", language: "English", otherLanguage: "en", dark: "深色", light: "浅色",
    wall: "全屏",
    live: "实时", waiting: "等待日志", lost: "连接中断，正在重连…", starting: "启动中",
    failing: "异常", checked: "{digest} ✓", nobody: "本期间内没有在岗或有业绩的客户经理。",
    none: "没有符合筛选条件的客户经理。", noLog: "日志记入首笔业务后，排行榜即会显示。",
    won: "比前一日上升 {count} 名", lostRanks: "比前一日下降 {count} 名",
    same: "名次与前一日相同", shown: "{shown} / {all}", count: "{all}",
    leads: "{manager} 现居第一。", close: "关闭", line: "项目", value: "数值", clause: "条款", of: "第 {rank} 名",
    unranked: "暂无名次", incomplete: "结果不完整，缺少：{what}", gaps: "未计入平均：{what}",
    explain: "数字从何而来？", explaining: "正在查询日志…", formula: "公式", reading: "本方案理解",
    parameters: "参数", credits: "相关事件", event: "事件", on: "业务日期", share: "份额", amount: "金额",
    contribution: "贡献", others: "其余 {count} 项", repeats: "同上", due: "{date} 到期", since: "自 {date} 起",
    tokenTitle: "本榜不对外公开", tokenText: "请输入管理员提供的访问口令。",
    enter: "打开排行榜", wrong: "口令不正确。", seconds: "{events}（{seconds} 秒）",
    asOf: "截至 {through}，日志位置 {position}", refused: "无法显示", source: "来源", colon: "：",
    newer: "榜单已有变动，您正在查看的内容保持不变。", showNewer: "显示最新",
    year: "年度", "half-year": "半年", quarter: "季度", "two-months": "双月", month: "月度",
    item: "贡献项目", measure: "计量", kind_score: "得分", kind_rank: "名次", grade: "等级", pay: "奖励",
    withheld: "预扣", released: "兑付", adjustment: "调整", total: "合计", table: "对照表",
    settlement: "结算", lackingAppointment: "任命", lacking_rate: "{name} 的利率",
    lacking_fx: "{name} 的汇率", lacking_parameter: "参数“{name}”", lacking_table: "对照表“{name}”",
    disputes: "异议", disputesTitle: "异议与投诉", openOnes: "未结", allOnes: "全部",
    ofSettlements: "对结算的异议", ofCustomers: "客户投诉",
    noDisputes: "没有符合条件的异议或投诉。", asClosed: "查看数字来源", stillOpen: "未结，已 {days} 天",
    asWorded: "关账时的结果：以当时所知、当时的办法条文计算。",
    outcome_upheld: "成立", outcome_partly: "部分成立", outcome_rejected: "不成立",
    decided: "{date} 由 {who} 处理：{reason}", decidedOn: "{date} 处理完毕",
    noSettlement: "日志中没有已关账的结算“{settlement}”。", nobodyConcerned: "不涉及客户经理",
    severity_minor: "轻微", severity_serious: "严重", customer: "客户 {customer}",
    waitingDecisions: "针对日志中（尚）无记录事项的处理结果",
    waiting_dispute: "异议 {id}，事件 {event}，{date}", waiting_complaint: "投诉 {id}，事件 {event}，{date}",
    rater_self: "自评", rater_superior: "上级", rater_peer: "同事", rater_subordinate: "下属", rater_customer: "客户",
    rater_key_customer: "重要客户", rater_supplier: "供应商", rater_department: "部门", rater_branch: "分行",
    rater_head: "负责人", rater_president: "支行行长", rater_accounting: "会计经理", rater_retail: "零售银行部经理",
  },
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const NUMBERS = { H: 2, Q: 4, B: 6, "-": 12 };

/** The language to speak: what the address says, else what was chosen here before, else the browser's. */
export function preferred(said) {
  const wanted = said ?? localStorage.getItem("language") ?? navigator.language ?? "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export class Words {
  constructor(language) {
    this.language = language;
  }

  say(key, values = {}) {
    return (WORDS[this.language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  }

  /** A label in both languages, as documents carry it. */
  label(texts, otherwise = "") {
    return texts?.[this.language] ?? otherwise;
  }

  /** What a plan calls one of its lines, measures, parameters, tables or rated items. */
  named(plan, id) {
    return this.label(plan.lines.find((line) => line.id === id)?.label ?? plan.names[id], id);
  }

  /** What makes a result incomplete: a measure or line, or rate:ACCOUNT, fx:USD, parameter:NAME, table:NAME. */
  lacking(name, named) {
    if (name === "appointment") return this.say("lackingAppointment");
    const [, kind, of] = /^(rate|fx|parameter|table):(.*)$/.exec(name) ?? [];
    return kind === undefined ? named(name) : this.say(`lacking_${kind}`, { name: named(of) });
  }

  /** What was left out of a mean: an item or part, or a group of its raters, teamwork:superior. */
  gap(name, named) {
    const [of, group] = name.split(":");
    if (group === undefined) return named(name);
    const rater = WORDS[this.language][`rater_${group}`];
    return `${named(of)}${this.language === "zh" ? "：" : ": "}${rater ?? named(group)}`;
  }

  /** A period as people say it; an ad hoc range as it is spelled. */
  period(name) {
    const [, year, cycle, nth] = /^(\d{4})(?:([HQB-])(\d{1,2}))?$/.exec(name) ?? [];
    if (year === undefined) return name.replace("..", " – ");
    const number = Number(nth);
    if (cycle !== undefined && !(number >= 1 && number <= NUMBERS[cycle])) return name;
    if (this.language === "zh") {
      if (cycle === undefined) return `${year}年`;
      if (cycle === "H") return `${year}年${number === 1 ? "上" : "下"}半年`;
      if (cycle === "Q") return `${year}年${"一二三四"[number - 1]}季度`;
      return cycle === "B" ? `${year}年${2 * number - 1}–${2 * number}月` : `${year}年${number}月`;
    }
    if (cycle === undefined || cycle === "H" || cycle === "Q") return [year, cycle && `${cycle}${number}`].filter(Boolean).join(" ");
    const months = cycle === "B" ? `${MONTHS[2 * number - 2]}–${MONTHS[2 * number - 1]}` : MONTHS[number - 1];
    return `${months} ${year}`;
  }

  /** The same for one of the running periods, whose year goes without saying. */
  briefly(name) {
    const whole = this.period(name);
    if (/^\d{4}$/.test(name) || name.includes("..")) return whole;
    return this.language === "zh" ? whole.slice(5) : whole.replace(/ ?\d{4} ?/, "");
  }

  time(date) {
    return date.toLocaleTimeString(this.language === "zh" ? "zh-CN" : "en-GB");
  }
}
