// A manager's sheet: every line with clause and value, and each line's way down to the events.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { grouped } from "./figures.js";

const EVENTS_TOLD = 15;
const KINDS = ["item", "measure", "score", "rank", "grade", "pay", "withheld", "released", "adjustment", "total"];

export class Sheet {
  constructor(closed) {
    this.dialog = byId("manager");
    this.dialog.addEventListener("close", () => {
      this.manager = null;
      closed();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.manager = null;
    this.opened = new Set();
  }

  /** Open the sheet of a manager: {manager, row, plan, period, names, words}. */
  async open(about) {
    this.manager = about.manager;
    this.opened.clear();
    this.dialog.replaceChildren(this.head(about), element("p", { class: "wait" }, "…"));
    if (!this.dialog.open) this.dialog.showModal();
    await this.fill(about);
  }

  /** Show the same manager's lines as they are now; what was unfolded stays unfolded. */
  async refresh(about) {
    if (this.manager === about.manager) await this.fill(about);
  }

  async fill(about) {
    let told;
    try {
      const parameters = { plan: about.plan.plan, period: about.period };
      told = await get(`/managers/${encodeURIComponent(about.manager)}/lines`, parameters);
    } catch (failure) {
      told = failure;
    }
    if (this.manager !== about.manager) return;
    const scrolled = this.dialog.scrollTop;
    const content = told instanceof Error ? [element("p", { class: "wrong" }, told.message)] : this.lines(about, told);
    this.dialog.replaceChildren(this.head(about), ...content);
    this.dialog.scrollTop = scrolled;
  }

  head({ manager, row, names, words }) {
    const rank = row?.rank === null || row === undefined ? words.say("unranked") : words.say("of", { rank: row.rank });
    return element(
      "header",
      {},
      element(
        "div",
        {},
        element("h2", { id: "manager-name" }, names[manager] ?? manager),
        element("p", {}, [manager, row?.org_unit, rank].filter(Boolean).join(" · ")),
      ),
      element("button", { type: "button", class: "tool", onclick: () => this.dialog.close() }, words.say("close")),
    );
  }

  lines(about, told) {
    const { words } = about;
    const notes = [];
    const named = (id) => words.label(about.plan.lines.find((line) => line.id === id)?.label ?? about.plan.names[id], id);
    if (told.missing.length) notes.push(words.say("incomplete", { what: told.missing.map((one) => words.lacking(one, named)).join(", ") }));
    if (told.gaps.length) notes.push(words.say("gaps", { what: told.gaps.map((one) => words.gap(one, named)).join(", ") }));
    const groups = KINDS.map((kind) => [kind, told.lines.filter((line) => line.kind === kind)]);
    return [
      element("p", { class: "stamp" }, words.say("asOf", told)),
      ...notes.map((note) => element("p", { class: "note" }, note)),
      ...groups.filter(([, lines]) => lines.length).map(([kind, lines]) => this.group(about, told, kind, lines)),
    ];
  }

  group(about, told, kind, lines) {
    const { words } = about;
    const name = words.say(kind === "score" || kind === "rank" ? `kind_${kind}` : kind);
    return element("section", { class: "group" }, element("h3", {}, name), lines.map((line) => this.line(about, told, line)));
  }

  line(about, told, line) {
    const { words, plan } = about;
    const rule = plan.lines.find((one) => one.id === line.id);
    const tree = element("div", { class: "tree" });
    const details = element(
      "details",
      { class: `line kind-${line.kind}`, "data-line": line.id },
      element(
        "summary",
        {},
        element("span", { class: "label" }, words.label(rule?.label, line.id)),
        element("span", { class: "clause" }, line.clause ?? ""),
        element("span", { class: "value" }, words.label(plan.words[line.value], grouped(line.value)), element("small", {}, line.unit ?? "")),
      ),
      tree,
    );
    details.addEventListener("toggle", () => {
      if (!details.open) this.opened.delete(line.id);
      else if (!tree.hasChildNodes()) {
        this.opened.add(line.id);
        this.explain(about, told, line, tree);
      }
    });
    if (this.opened.has(line.id)) details.open = true;
    return details;
  }

  async explain({ manager, plan, period, words }, told, line, tree) {
    tree.replaceChildren(element("p", { class: "wait" }, words.say("explaining")));
    const parameters = { plan: plan.plan, period, line: line.id, through: told.through, as_of: told.position, limit: EVENTS_TOLD };
    try {
      const root = await get(`/managers/${encodeURIComponent(manager)}/explain`, parameters);
      tree.replaceChildren(...told_of(root, words));
    } catch (failure) {
      tree.replaceChildren(element("p", { class: "wrong" }, failure.message));
    }
  }
}

/** What a figure follows from: its rule, then its inputs, each to be unfolded. */
function told_of(node, words) {
  const parts = [];
  const rule = (name, text) => element("p", { class: "rule" }, element("b", {}, words.say(name)), ` ${text}`);
  if (node.repeats) parts.push(rule("line", words.say("repeats")));
  if (node.formula !== undefined) {
    const filled = withValues(node);
    parts.push(element("p", { class: "rule" }, element("b", {}, words.say("formula")), " ", element("code", {}, node.formula)));
    if (filled !== node.formula) parts.push(element("p", { class: "rule filled" }, element("code", {}, `= ${filled}`)));
  }
  const parameters = Object.entries(node.parameters);
  if (parameters.length) {
    const list = parameters.map(([name, { value, from }]) => `${name} = ${grouped(value)} (${words.say("since", { date: from })})`);
    parts.push(rule("parameters", list.join(" · ")));
  }
  if (node.reading !== undefined) parts.push(rule("reading", words.label(node.reading)));
  for (const input of node.inputs) parts.push(branch(input, words));
  if (node.credits.length) parts.push(credits(node.credits, words));
  return parts;
}

/** The formula with values in place of names; what has none (a function, a table) keeps its name. */
function withValues(node) {
  const told = node.inputs.filter((one) => one.value !== null && one.kind !== "table").map((one) => [one.id, one.value]);
  const values = new Map([...told, ...Object.entries(node.parameters).map(([name, { value }]) => [name, value])]);
  return node.formula.replace(/[a-z][a-z0-9_]*/g, (name) => (values.has(name) ? grouped(values.get(name)) : name));
}

function branch(node, words) {
  const value = node.value === null ? "–" : grouped(node.value);
  const known = node.as_of === undefined ? "" : ` · ${words.say("position")} ${node.as_of}`;
  const summary = [
    element("span", { class: "label" }, words.label(node.label, node.id), node.period === undefined ? "" : ` ${node.period}`, known),
    element("span", { class: "clause" }, node.clause ?? ""),
    element("span", { class: "value" }, value, element("small", {}, node.unit ?? "")),
  ];
  const inner = told_of(node, words);
  if (!inner.length) return element("div", { class: "leaf" }, summary);
  return element("details", { class: "branch" }, element("summary", {}, summary), element("div", { class: "tree" }, inner));
}

function credits(rows, words) {
  const head = ["event", "on", "share", "amount", "contribution"].map((name) => element("th", { scope: "col" }, words.say(name)));
  const body = rows.map((row) => {
    const figure = (value) => element("td", { class: "figure" }, value === undefined ? "" : grouped(value));
    const event = row.others === undefined ? row.event_id : words.say("others", { count: row.others });
    const title = row.event_source === undefined ? undefined : `${row.event_source} · ${row.position}`;
    return element("tr", {}, element("td", { title }, event), element("td", {}, row.on ?? ""), figure(row.share), figure(row.amount), figure(row.contribution));
  });
  return element("div", { class: "scrolls" }, element("table", { class: "credits" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
}
