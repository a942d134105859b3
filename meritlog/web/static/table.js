// The board as a table whose rows move: only those in sight exist, each stands by its place, and a place that changes
// is a movement. One row at a time can have the focus; arrow keys lead to the others.

import { byId, element, settled } from "./dom.js";
import { grouped, shortened, thousandths } from "./figures.js";

const AROUND = 8;
const COLUMN_REM = 8.6;
const LAST_EVENT_REM = 11;

export class Table {
  constructor(open) {
    this.open = open;
    this.rows = byId("rows");
    this.heads = byId("heads");
    this.made = new Map();
    this.view = null;
    this.before = new Map();
    this.active = null;
    this.printing = false;
    this.rows.addEventListener("keydown", (event) => this.key(event));
    addEventListener("scroll", () => this.later(), { passive: true });
    addEventListener("resize", () => this.again());
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
  }

  /** Show `view`: {rows, columns: [{id, label}], score, names, words, told(word), most}; `moving`: the same board, later. */
  show(view, moving) {
    this.before = new Map(moving && this.view ? this.view.rows.map((row, at) => [row.manager_id, at]) : []);
    this.view = view;
    if (!moving) {
      for (const row of this.made.values()) row.node.remove();
      this.made.clear();
    }
    this.again();
  }

  /** Nothing, until there is another board. */
  clear() {
    if (this.view !== null) this.show({ ...this.view, rows: [] }, false);
  }

  again() {
    if (this.view === null) return;
    this.layout();
    this.draw();
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.view !== null) this.draw();
    });
  }

  /** As many columns as there is room for; the others are in the manager's sheet. */
  layout() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const wide = this.rows.clientWidth / rem;
    const room = Math.max(0, wide - 39);
    const told = room >= LAST_EVENT_REM + COLUMN_REM && this.view.rows.some((row) => row.last_event !== null);
    const fits = Math.floor((room - (told ? LAST_EVENT_REM : 0)) / COLUMN_REM);
    const columns = this.view.columns.slice(0, fits);
    const key = JSON.stringify([columns, told, this.view.words.language, this.view.score]);
    if (key === this.layoutKey) return;
    this.layoutKey = key;
    this.columns = columns;
    this.told = told;
    const table = byId("table");
    table.style.setProperty("--columns", String(columns.length));
    table.classList.toggle("tells", told);
    const { words } = this.view;
    const head = (name, text) => element("span", { class: `cell ${name}`, role: "columnheader" }, text);
    this.heads.replaceChildren(
      head("rank", words.say("rank")),
      head("change", words.say("change")),
      head("who", words.say("manager")),
      head("unit", words.say("unit")),
      head("score", this.view.score),
      ...columns.map((column) => head("figure", column.label)),
      ...(told ? [head("event", words.say("lastEvent"))] : []),
    );
    for (const row of this.made.values()) row.node.remove();
    this.made.clear();
  }

  draw() {
    const { rows } = this.view;
    const height = this.height();
    this.rows.style.height = this.printing ? "auto" : `${rows.length * height}px`;
    byId("table").setAttribute("aria-rowcount", String(rows.length + 1));
    const [first, last] = this.printing ? [0, rows.length] : this.inSight(height, rows.length);
    if (!rows.some((row) => row.manager_id === this.active)) this.active = rows[0]?.manager_id ?? null;
    const wanted = new Set();
    for (let at = 0; at < rows.length; at += 1) {
      const id = rows[at].manager_id;
      const visible = at >= first && at < last;
      if (!visible && id !== this.active && !(this.made.has(id) && this.near(this.made.get(id).at, first, last))) continue;
      wanted.add(id);
      this.place(rows[at], at, height, [first, last]);
    }
    for (const [id, row] of this.made) {
      if (!wanted.has(id)) {
        row.node.remove();
        this.made.delete(id);
      }
    }
  }

  height() {
    return parseFloat(getComputedStyle(this.heads).getPropertyValue("--row-px")) || this.measured();
  }

  measured() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.round(rem * (matchMedia("(max-width: 640px)").matches ? 4 : 3.25));
  }

  inSight(height, count) {
    const top = -this.rows.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / height) - AROUND);
    return [first, Math.min(count, Math.ceil((top + innerHeight) / height) + AROUND)];
  }

  /** A row that stood in sight and leaves it is still drawn, so that it is seen to go. */
  near(at, first, last) {
    return at >= first && at < last;
  }

  place(row, at, height, [first, last]) {
    let made = this.made.get(row.manager_id);
    const fresh = made === undefined;
    if (fresh) {
      made = this.make(row.manager_id);
      this.made.set(row.manager_id, made);
      const from = this.before.get(row.manager_id) ?? at;
      if (from !== at && !this.printing) {
        // It comes from out of sight: it begins at the edge, and is seen to come.
        made.node.style.transform = `translateY(${Math.min(last, Math.max(first - 1, from)) * height}px)`;
        this.rows.append(made.node);
        void made.node.offsetHeight;
      }
    }
    made.at = at;
    made.node.style.transform = this.printing ? "none" : `translateY(${at * height}px)`;
    made.node.setAttribute("aria-rowindex", String(at + 2));
    made.node.tabIndex = row.manager_id === this.active ? 0 : -1;
    this.fill(made, row, fresh);
    if (!made.node.isConnected || this.printing) this.rows.append(made.node);
  }

  make(manager) {
    const cell = (name) => element("span", { class: `cell ${name}`, role: "cell" });
    const parts = { rank: cell("rank"), change: cell("change"), who: cell("who"), unit: cell("unit"), score: cell("score") };
    const name = element("strong");
    const id = element("span");
    const home = element("span", { class: "home" });
    parts.who.append(name, element("small", {}, id, home));
    const figure = element("span", { class: "number" });
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("i"));
    parts.score.append(figure, bar);
    const figures = this.columns.map(() => cell("figure"));
    const event = this.told ? cell("event") : null;
    const node = element(
      "div",
      {
        class: "row",
        role: "row",
        "aria-haspopup": "dialog",
        onclick: () => this.choose(manager),
        onfocus: () => (this.active = manager),
      },
      Object.values(parts),
      figures,
      event,
    );
    return { node, ...parts, name, id, home, number: figure, bar: bar.firstChild, figures, event };
  }

  fill(made, row, fresh) {
    const { names, words, told, most } = this.view;
    const flash = (target, text) => {
      if (!settled(target, text) || fresh) return;
      const cell = target.closest(".cell");
      cell.classList.remove("flash");
      void cell.offsetWidth; // begins the animation anew
      cell.classList.add("flash");
    };
    const name = names[row.manager_id];
    settled(made.name, name ?? row.manager_id);
    settled(made.id, name === undefined ? "" : row.manager_id);
    settled(made.home, row.org_unit === null ? "" : `${name === undefined ? "" : " · "}${row.org_unit}`);
    made.who.title = [name, row.manager_id, row.org_unit].filter(Boolean).join(" · "); // it may be cut off
    made.unit.title = row.org_unit ?? "";
    made.node.dataset.manager = row.manager_id;
    made.node.dataset.place = row.rank !== null && row.rank <= 3 ? String(row.rank) : "";
    flash(made.rank, row.rank === null ? "–" : String(row.rank));
    settled(made.change, row.change === 0 ? "·" : `${row.change > 0 ? "▲" : "▼"}${Math.abs(row.change)}`);
    made.change.dataset.way = row.change === 0 ? "same" : row.change > 0 ? "up" : "down";
    const said = row.change === 0 ? "same" : row.change > 0 ? "won" : "lostRanks";
    made.change.setAttribute("aria-label", words.say(said, { count: Math.abs(row.change) }));
    settled(made.unit, row.org_unit ?? "–");
    flash(made.number, row.score === null ? "–" : shortened(row.score));
    made.number.title = row.score === null ? "" : grouped(row.score);
    made.bar.style.width = `${thousandths(row.score, most) / 10}%`;
    this.columns.forEach((column, at) => {
      const value = row.lines[column.id];
      const word = told(value);
      flash(made.figures[at], value === undefined ? "–" : (word ?? shortened(value)));
      made.figures[at].title = value === undefined ? "" : (word ?? grouped(value));
      made.figures[at].classList.toggle("word", word !== undefined);
    });
    if (made.event !== null) {
      flash(made.event, row.last_event?.event_id ?? "–");
      made.event.title = row.last_event === null ? "" : `${row.last_event.event_source} · ${row.last_event.position}`;
    }
  }

  choose(manager) {
    this.active = manager;
    this.open(manager);
  }

  key(event) {
    const { rows } = this.view ?? { rows: [] };
    const at = rows.findIndex((row) => row.manager_id === this.active);
    const page = Math.max(1, Math.floor(innerHeight / this.height()) - 3);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 };
    if (event.key === "Enter" || event.key === " ") {
      if (at >= 0) this.choose(this.active);
    } else if (event.key in to && rows.length) {
      this.focus(Math.min(rows.length - 1, Math.max(0, to[event.key])));
    } else return;
    event.preventDefault();
  }

  focus(at) {
    this.active = this.view.rows[at].manager_id;
    const height = this.height();
    const top = this.rows.getBoundingClientRect().top + at * height;
    const [above, below] = [this.heads.parentElement.getBoundingClientRect().height, innerHeight - 2 * height];
    if (top < above || top > below) scrollBy({ top: top - (top < above ? above : below), behavior: "instant" });
    this.draw();
    this.made.get(this.active).node.focus({ preventScroll: true });
  }

  /** On paper every row stands below the one before it. */
  print(printing) {
    this.printing = printing;
    document.body.classList.toggle("printing", printing);
    if (this.view !== null) this.draw();
  }
}
