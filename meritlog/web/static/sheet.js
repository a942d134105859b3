// A manager's sheet: every line with clause and value, and each line's way down to the events.

import { get } from "./api.js";
import { byId, element } from "./dom.js";
import { grouped } from "./figures.js";
import { told_of } from "./tree.js";

const EVENTS_TOLD = 15;
const KINDS = ["item", "measure", "score", "rank", "grade", "pay", "withheld", "released", "adjustment", "total"];

/** Where the manager's lines, or an explanation, are asked for. */
function asked({ manager, plan, period, settlement }, what) {
  if (settlement !== undefined) return [`/settlements/${what}`, { settlement, manager }];
  return [`/managers/${encodeURIComponent(manager)}/${what}`, { plan: plan.plan, period }];
}

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
    this.settlement = undefined;
    this.opened = new Set();
  }

  /**
   * Open the sheet of a manager: {manager, row, plan, period, names, words}; or, with {settlement, line} in place of
   * {row, period}, of what was closed of the manager, at the line in question.
   */
  async open(about) {
    this.manager = about.manager;
    this.settlement = about.settlement;
    this.opened = new Set(about.line === undefined ? [] : [about.line]);
    this.dialog.replaceChildren(this.head(about), element("p", { class: "wait" }, "…"));
    if (!this.dialog.open) this.dialog.showModal();
    await this.fill(about);
    this.dialog.querySelector(".line[open]")?.scrollIntoView({ block: "center" });
  }

  /** Show the same manager's lines as they are now; where somebody is reading an explanation, only on demand. */
  async refresh(about) {
    if (this.manager !== about.manager || this.settlement !== undefined) return;
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
      told = await get(...asked(about, "lines"));
    } catch (failure) {
      told = failure;
    }
    if (this.manager !== about.manager || this.settlement !== about.settlement) return;
    const scrolled = this.dialog.scrollTop;
    const content = told instanceof Error ? [element("p", { class: "wrong" }, told.message)] : this.lines(about, told);
    this.dialog.replaceChildren(this.head(about), ...content);
    this.dialog.scrollTop = scrolled;
    if (this.dialog.open && !this.dialog.contains(document.activeElement)) this.dialog.querySelector("button").focus({ preventScroll: true });
  }

  head({ manager, settlement, row, names, words }) {
    const rank = row?.rank === null || row === undefined ? words.say("unranked") : words.say("of", { rank: row.rank });
    const which = settlement === undefined ? rank : `${words.say("settlement")} ${settlement}`;
    return element(
      "header",
      {},
      element(
        "div",
        {},
        element("h2", { id: "manager-name" }, names[manager] ?? manager),
        element("p", {}, [manager, row?.org_unit, which].filter(Boolean).join(" · ")),
      ),
      element("button", { type: "button", class: "tool", onclick: () => this.dialog.close() }, words.say("close")),
      element("div", { id: "newer", class: "newer", role: "status" }),
    );
  }

  lines(about, told) {
    const { words } = about;
    const notes = about.settlement === undefined ? [] : [words.say("asWorded")];
    const named = (id) => words.named(about.plan, id);
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
    const tree = element("div", { class: "tree" });
    const details = element(
      "details",
      { class: `line kind-${line.kind}`, "data-line": line.id },
      element(
        "summary",
        {},
        element("span", { class: "label" }, words.named(plan, line.id)),
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

  async explain(about, told, line, tree) {
    const { plan, settlement, words } = about;
    tree.replaceChildren(element("p", { class: "wait" }, words.say("explaining")));
    const [path, parameters] = asked(about, "explain");
    const moment = settlement === undefined ? { through: told.through, as_of: told.position } : {};
    try {
      const root = await get(path, { ...parameters, ...moment, line: line.id, limit: EVENTS_TOLD, lang: words.language });
      const due = root.due !== undefined && element("p", { class: "rule" }, words.say("due", { date: root.due }));
      tree.replaceChildren(...[due, ...told_of(root, words, plan)].filter(Boolean));
    } catch (failure) {
      tree.replaceChildren(element("p", { class: "wrong" }, failure.message));
    }
  }
}
