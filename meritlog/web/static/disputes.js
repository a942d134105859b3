// The disputes and complaints: who claims what of which settlement, since when, and how it was decided.

import { get } from "./api.js";
import { byId, element } from "./dom.js";

export class Disputes {
  /** `context` gives {words, names, plans}; `explain` shows what was closed of a dispute's manager. */
  constructor(context, explain) {
    this.context = context;
    this.explain = explain;
    this.report = null;
    this.still = "true";
    this.dialog = byId("disputes");
    byId("disputes-open").addEventListener("click", () => this.show());
    byId("disputes-close").addEventListener("click", () => this.dialog.close());
    byId("disputes-search").addEventListener("input", () => this.draw());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    for (const button of this.choices()) button.addEventListener("click", () => this.choose(button.dataset.open));
  }

  choices() {
    return this.dialog.querySelectorAll("[data-open]");
  }

  show() {
    this.dialog.showModal();
    this.choose(this.still);
  }

  /** Ask the log for those that are open, or all. */
  async choose(still) {
    this.still = still;
    for (const button of this.choices()) button.setAttribute("aria-pressed", String(button.dataset.open === still));
    this.put(element("p", { class: "wait" }, this.context().words.say("explaining")));
    let told;
    try {
      told = await get("/queries/disputes", { open: still });
    } catch (failure) {
      told = failure;
    }
    if (this.still !== still) return;
    this.report = told;
    this.draw();
  }

  put(...content) {
    byId("disputes-list").replaceChildren(...content);
  }

  draw() {
    if (this.report === null) return;
    if (this.report instanceof Error) {
      this.put(element("p", { class: "wrong" }, this.report.message));
      return;
    }
    const { words, names } = this.context();
    const wanted = byId("disputes-search").value.trim().toLowerCase();
    const fits = (...managers) => !wanted || managers.some((one) => [one, names[one] ?? ""].some((text) => text.toLowerCase().includes(wanted)));
    const rows = this.report.rows.filter((row) => fits(row.manager_id));
    const complaints = this.report.complaints.filter((row) => fits(...row.managers));
    const waiting = wanted ? [] : this.report.waiting;
    const group = (word, cases) => cases.length > 0 && element("section", { class: "group" }, element("h3", {}, `${words.say(word)} (${cases.length})`), cases);
    const groups = [
      group("ofSettlements", rows.map((row) => this.dispute(row))),
      group("ofCustomers", complaints.map((row) => this.complaint(row))),
      group("waitingDecisions", waiting.map((row) => this.waiting(row))),
    ].filter(Boolean);
    const stamp = element("p", { class: "stamp" }, words.say("asOf", { through: this.report.on, position: this.report.position }));
    this.put(stamp, ...(groups.length ? groups : [element("p", { class: "empty" }, words.say("noDisputes"))]));
  }

  person(manager) {
    const name = this.context().names[manager];
    return name === undefined ? manager : `${name} · ${manager}`;
  }

  dispute(row) {
    const { words } = this.context();
    const plan = this.plan(row.plan);
    const title = row.plan === undefined ? row.settlement_id : `${words.label(plan.title, row.plan)} · ${words.period(row.period)}`;
    const what = [title, row.line && words.named(plan, row.line)].filter(Boolean).join(" · ");
    const decided = row.outcome && words.say("decided", { date: row.resolved, who: row.decided_by, reason: row.reason });
    const show = () => this.explain({ manager: row.manager_id, settlement: row.settlement_id, plan, line: row.line });
    const end = row.plan === undefined
      ? element("p", { class: "note" }, words.say("noSettlement", { settlement: row.settlement_id }))
      : element("button", { type: "button", class: "tool", onclick: show }, words.say("asClosed"));
    const parts = [element("p", { class: "what" }, what), element("blockquote", {}, row.claim), decided && element("p", { class: "decided" }, decided), end];
    return this.card(row, row.dispute_id, row.opened, this.person(row.manager_id), row.outcome, parts);
  }

  complaint(row) {
    const { words } = this.context();
    const managers = row.managers.map((one) => this.person(one)).join(", ") || words.say("nobodyConcerned");
    const what = [words.say(`severity_${row.severity}`), row.customer_id && words.say("customer", { customer: row.customer_id })].filter(Boolean).join(" · ");
    const outcome = row.upheld === undefined ? undefined : row.upheld ? "upheld" : "rejected";
    const decided = outcome && element("p", { class: "decided" }, words.say("decidedOn", { date: row.resolved }));
    return this.card(row, row.complaint_id, row.received, managers, outcome, [element("p", { class: "what" }, what), decided]);
  }

  waiting({ about, id, event }) {
    return element("article", { class: "case" }, element("p", {}, this.context().words.say(`waiting_${about}`, { id, event: event.event_id, date: event.on })));
  }

  card(row, id, since, who, outcome, parts) {
    const { words } = this.context();
    const how = words.say(outcome === undefined ? "stillOpen" : `outcome_${outcome}`, row);
    return element(
      "article",
      { class: "case", "data-case": id },
      element("header", {}, element("strong", {}, who), element("span", { class: "badge", "data-how": outcome ?? "open" }, how)),
      parts,
      element("p", { class: "events" }, [`${id} · ${words.say("since", { date: since })}`, ...row.events.map((event) => event.event_id)].join(" · ")),
    );
  }

  /** A plan as it is served; of one that is not, nothing has a name. */
  plan(name) {
    return this.context().plans.find((one) => one.plan === name) ?? { plan: name, lines: [], words: {}, names: {} };
  }
}
