// A manager's sheet: every line with clause and value, and each line's way down to the events.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { grouped } from "./figures.js";
import { told_of } from "./tree.js";

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

  /** Show the same manager's lines as they are now; where somebody is reading an explanation, only on demand. */
  async refresh(about) {
    if (this.manager !== about.manager) return;
    if (this.opened.size === 0) await this.fill(about);
    else this.offer(about);
  }

  offer(about) {
    const again = () => this.fill(about);
    const button = element("button", { type: "button", class: "tool", onclick: again }, about.words.say("showNewer"));
    byId("newer")?.replaceChildren(element("span", {}, about.words.say("newer")), button);
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
    if (this.dialog.open && !this.dialog.contains(document.activeElement)) this.dialog.querySelector("button").focus({ preventScroll: true });
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
      element("div", { id: "newer", class: "newer", role: "status" }),
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
    const parameters = { plan: plan.plan, period, line: line.id, through: told.through, as_of: told.position, limit: EVENTS_TOLD, lang: words.language };
    try {
      const root = await get(`/managers/${encodeURIComponent(manager)}/explain`, parameters);
      tree.replaceChildren(...told_of(root, words, plan));
    } catch (failure) {
      tree.replaceChildren(element("p", { class: "wrong" }, failure.message));
    }
  }
}
