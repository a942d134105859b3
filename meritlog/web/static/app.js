// The page: which board is shown, in which language, and what the strip below it says.

import { enter, get, Refused } from "./api.js";
import { Disputes } from "./disputes.js";
import { byId, element, options, settled } from "./dom.js";
import { Feed } from "./feed.js";
import { grouped } from "./figures.js";
import { Sheet } from "./sheet.js";
import { Table } from "./table.js";
import { preferred, Words } from "./words.js";

const HEALTH_MS = 3000;
const PLANS_MS = 30000;
const PREFERRED_KINDS = ["grade", "total", "item", "pay", "score", "measure"];

const said = new URLSearchParams(location.search);
const state = {
  words: new Words(preferred(said.get("lang"))),
  plans: [],
  through: null,
  plan: said.get("plan"),
  period: said.get("period"),
  unit: said.get("unit") ?? "",
  search: said.get("q") ?? "",
  names: {},
  board: null,
  feed: null,
  link: "waiting",
  health: null,
  good: null,
  shown: null,
  leader: null,
};
const table = new Table((manager) => sheet.open(about(manager)));
const sheet = new Sheet(() => table.view && table.draw());
new Disputes(() => state, (about) => sheet.open({ ...about, names: state.names, words: state.words }));
const say = (key, values) => state.words.say(key, values);
const planNow = () => state.plans.find((plan) => plan.plan === state.plan);

function about(manager) {
  const row = state.board?.rows.find((one) => one.manager_id === manager);
  return { manager, row, plan: planNow(), period: state.shown.period, names: state.names, words: state.words };
}

// -- which board ------------------------------------------------------------------------------------------------------

/** The plans and periods there are; a period that nobody chose moves on with the log's business date. */
async function loadPlans() {
  const { plans, through } = await get("/plans");
  Object.assign(state, { plans, through });
  state.plan ??= plans[0].plan;
  choices();
  follow();
}

/** What is asked for: of a plan that is none, the first one's period, for the server to say that it is none. */
function periodNow() {
  return state.period ?? (planNow() ?? state.plans[0])?.periods.find((one) => one.current)?.period ?? null;
}

function choices() {
  const { words, plans } = state;
  if (!plans.length) return;
  const plan = planNow();
  const known = plans.map((one) => [one.plan, words.label(one.title)]);
  options(byId("plan"), plan === undefined ? [[state.plan, state.plan], ...known] : known, state.plan);
  byId("plan-field").hidden = plan !== undefined && plans.length < 2;
  const now = periodNow();
  const { periods, title } = plan ?? { periods: [], title: {} };
  const cycles = [...new Set(periods.map((one) => one.cycle))];
  const groups = cycles.map((cycle) => [say(cycle), periods.filter((one) => one.cycle === cycle).map(({ period }) => [period, words.period(period)])]);
  if (now !== null && !periods.some((one) => one.period === now)) groups.unshift([words.period(now), [[now, words.period(now)]]]);
  const current = periods.some((one) => one.current && one.period === now);
  options(byId("period"), [["", say("earlier")], ...groups], current ? "" : now);
  byId("current").replaceChildren(
    ...periods.filter((one) => one.current).map(({ period }) =>
      element(
        "button",
        { type: "button", title: words.period(period), "aria-pressed": String(period === now), onclick: () => choose(period) },
        words.briefly(period),
      ),
    ),
  );
  settled(byId("title"), words.label(title, state.plan));
  document.title = [now && words.period(now), words.label(title, state.plan)].filter(Boolean).join(" · ");
}

function choose(period) {
  state.period = period;
  remember();
  choices();
  follow();
}

function remember() {
  const kept = { plan: said.has("plan") || state.plans[0]?.plan !== state.plan ? state.plan : null, period: state.period, unit: state.unit, q: state.search, lang: said.get("lang") };
  const query = new URLSearchParams(Object.entries(kept).filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

function follow() {
  const period = periodNow();
  if (period === null) {
    empty(say("noLog"));
    return;
  }
  if (state.shown?.plan === state.plan && state.shown.period === period) return;
  state.feed?.close();
  Object.assign(state, { shown: { plan: state.plan, period }, board: null, leader: null, good: null, link: "waiting" });
  table.clear();
  empty("");
  state.feed = new Feed(state.plan, period, {
    board: take,
    state: (link) => ((state.link = link), strip()),
    status: (health) => ((state.health = health), strip()),
    checked: (good) => ((state.good = good), strip()),
    refused,
  });
}

/** There is no such board: say why, until another is chosen. */
function refused(problem) {
  if (problem.status === 401) askToken();
  if (problem.status !== 404 && problem.status !== 422) return;
  state.link = "refused";
  empty(problem.message);
  strip();
}

// -- the board --------------------------------------------------------------------------------------------------------

function take(board) {
  const first = state.board === null;
  state.board = board;
  if (!first) settled(byId("changed"), state.words.time(new Date()));
  if (board.rows.some((row) => !(row.manager_id in state.names)) && state.asked !== board.rows.length) loadNames();
  draw(!first);
  const leader = board.rows.find((row) => row.rank === 1)?.manager_id ?? null;
  if (!first && leader !== state.leader) settled(byId("spoken"), say("leads", { manager: state.names[leader] ?? leader }));
  state.leader = leader;
  if (sheet.manager !== null) sheet.refresh(about(sheet.manager));
}

async function loadNames() {
  state.asked = state.board.rows.length;
  try {
    state.names = (await get("/people")).names;
    if (state.board !== null) draw(true);
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
  }
}

function fits(row) {
  if (state.unit && row.org_unit !== state.unit) return false;
  const wanted = state.search.trim().toLowerCase();
  if (!wanted) return true;
  return [row.manager_id, state.names[row.manager_id] ?? "", row.org_unit ?? ""].some((text) => text.toLowerCase().includes(wanted));
}

/** The plan's lines that the board has, the most telling first, those that are nothing for everybody last. */
function columns(plan, rows) {
  const [there, telling] = [new Set(), new Set()];
  for (const row of rows) {
    for (const [id, value] of Object.entries(row.lines)) {
      there.add(id);
      if (!/^-?[0.]+$/.test(value)) telling.add(id);
    }
  }
  const order = (line) => PREFERRED_KINDS.indexOf(line.kind) + (telling.has(line.id) ? 0 : PREFERRED_KINDS.length);
  return plan.lines
    .filter((line) => there.has(line.id) && line.id !== plan.board && PREFERRED_KINDS.includes(line.kind))
    .sort((one, other) => order(one) - order(other))
    .map((line) => ({ id: line.id, label: state.words.label(line.label, line.id) }));
}

function draw(moving) {
  const { board, words } = state;
  const plan = planNow();
  if (board === null || plan === undefined) return;
  const units = [...new Set(board.rows.map((row) => row.org_unit).filter((unit) => unit !== null))].sort();
  if (state.unit && !units.includes(state.unit)) units.push(state.unit);
  options(byId("unit"), [["", say("all")], ...units.map((unit) => [unit, unit])], state.unit);
  const rows = board.rows.filter(fits);
  const score = plan.lines.find((line) => line.id === plan.board);
  table.show({ rows, columns: columns(plan, board.rows), score: words.label(score?.label, plan.board), names: state.names, words, told: (word) => plan.words[word]?.[words.language], most: board.rows[0]?.score }, moving);
  empty(rows.length ? "" : say(board.rows.length ? "none" : "nobody"));
  strip();
}

function empty(text) {
  byId("empty").hidden = text === "";
  settled(byId("empty"), text);
}

// -- how it stands ----------------------------------------------------------------------------------------------------

function strip() {
  const { board, health, link, good, words } = state;
  const failing = health?.status === "failing";
  const live = byId("live");
  const how = link === "lost" || link === "refused" ? link : failing ? "failing" : health?.status === "starting" || board === null ? "waiting" : "live";
  live.dataset.how = how;
  settled(live, say(how));
  const alarm = byId("alarm");
  const findings = failing || (link === "waiting" && board === null) ? (health?.findings ?? []) : [];
  alarm.hidden = findings.length === 0;
  alarm.classList.toggle("calm", !failing);
  settled(alarm, findings.map((finding) => words.label(finding.text)).join(" "));
  document.body.classList.toggle("stale", link === "lost" || failing);
  const lag = health?.lag ?? null;
  settled(byId("lag"), lag === null ? "–" : lag > 0 && health.lag_seconds !== null ? say("seconds", { events: lag, seconds: health.lag_seconds }) : String(lag));
  if (board === null) return;
  settled(byId("through"), board.through);
  settled(byId("position"), grouped(String(board.position)));
  byId("position").title = String(board.position);
  settled(byId("count"), say(table.view.rows.length === board.rows.length ? "count" : "shown", {
    shown: grouped(String(table.view.rows.length)),
    all: grouped(String(board.rows.length)),
  }));
  const digest = board.digest.replace("sha256:", "").slice(0, 12);
  settled(byId("digest"), good ? say("checked", { digest }) : digest);
  byId("digest").title = board.digest;
  settled(byId("subtitle"), `${words.period(board.period)} · ${say("through")} ${board.through}`);
}

async function lookHealth() {
  try {
    state.health = await get("/health");
    if (state.health.through !== state.through) await begin();
  } catch {
    state.health = state.health && { ...state.health, lag: null };
  }
  strip();
}

function askToken() {
  const dialog = byId("token");
  if (!dialog.open) dialog.showModal();
}

byId("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await enter(byId("token-input").value)) location.reload();
  else settled(byId("token-wrong"), say("wrong"));
});

// -- language, theme, wall --------------------------------------------------------------------------------------------

function speak() {
  document.documentElement.lang = state.words.language === "zh" ? "zh-CN" : "en";
  for (const target of document.querySelectorAll("[data-word]")) settled(target, say(target.dataset.word));
  settled(byId("language"), say("language"));
  byId("language").lang = say("otherLanguage");
  settled(byId("wall"), say("wall"));
  settled(byId("theme"), say(dark() ? "light" : "dark"));
  choices();
  if (state.board === null && state.plans.length) {
    state.shown = null; // what stands in its place is said anew, in this language
    follow();
  }
  draw(false);
  strip();
}

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

byId("language").addEventListener("click", () => {
  const language = say("otherLanguage");
  localStorage.setItem("language", language);
  said.delete("lang");
  state.words = new Words(language);
  remember();
  speak();
});
byId("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  localStorage.setItem("theme", document.documentElement.dataset.theme);
  speak();
});
byId("wall").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
byId("plan").addEventListener("change", (event) => {
  state.plan = event.target.value;
  choose(null);
});
byId("period").addEventListener("change", (event) => choose(event.target.value || null));
byId("unit").addEventListener("change", (event) => ((state.unit = event.target.value), remember(), draw(true)));
byId("search").addEventListener("input", (event) => ((state.search = event.target.value), remember(), draw(true)));
addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target === document.body) {
    byId("search").focus();
    event.preventDefault();
  }
});

async function begin() {
  try {
    await loadPlans();
  } catch (failure) {
    if (failure instanceof Refused && failure.status === 401) askToken();
    else strip();
  }
}

const theme = said.get("theme") ?? localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
byId("search").value = state.search;
speak();
await Promise.all([begin(), lookHealth()]);
setInterval(lookHealth, HEALTH_MS);
setInterval(begin, PLANS_MS);
