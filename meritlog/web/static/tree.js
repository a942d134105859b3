// What a figure follows from, as a tree to be unfolded: rule, table, parameters, inputs, and the events at its leaves.

import { element } from "./dom.js";
import { grouped } from "./figures.js";

/** The parts of a node: its rule, by names and by values, then its inputs, each to be unfolded. */
export function told_of(node, words, plan) {
  const parts = [];
  const rule = (name, text) => element("p", { class: "rule" }, element("b", {}, words.say(name)), ` ${text}`);
  if (node.repeats) parts.push(rule("line", words.say("repeats")));
  if (node.formula !== undefined) {
    const told = node.told ?? { rule: node.formula };
    parts.push(element("p", { class: "rule", title: node.formula }, element("b", {}, words.say("formula")), ` ${told.rule}`));
    if (told.values !== undefined) parts.push(element("p", { class: "rule filled" }, `= ${told.values}`));
  }
  for (const row of node.rows ?? []) parts.push(element("p", { class: "rule" }, rate(row, words, plan)));
  const parameters = Object.entries(node.parameters);
  if (parameters.length) {
    const list = parameters.map(([name, { value, from }]) => `${words.named(plan, name)} = ${grouped(value)} (${words.say("since", { date: from })})`);
    parts.push(rule("parameters", list.join(" · ")));
  }
  if (node.reading !== undefined) parts.push(rule("reading", words.label(node.reading)));
  for (const input of node.inputs) parts.push(branch(input, words, plan));
  if (node.credits.length) parts.push(credits(node.credits, words));
  return parts;
}

/** A row of a table: where it holds, and what stands there or came of it. */
function rate(row, words, plan) {
  const span = `${grouped(row.from ?? "")} – ${grouped(row.to ?? "")}`.trim();
  const where = row.is === undefined ? grouped(row.at ?? span) : words.label(plan.words[row.is], row.is);
  const value = words.label(row.label ?? plan.words[row.value], grouped(row.value ?? ""));
  const what = row.part === undefined ? value : `${grouped(row.part)} × ${value} = ${grouped(row.gives)}`;
  return what ? `${where}${words.say("colon")}${what}` : where;
}

function branch(node, words, plan) {
  const value = node.value === null ? "–" : words.label(plan.words[node.value], grouped(node.value));
  const known = node.as_of === undefined ? "" : ` · ${words.say("position")} ${node.as_of}`;
  const due = node.due === undefined ? "" : ` · ${words.say("due", { date: node.due })}`;
  const summary = [
    element("span", { class: "label" }, words.label(node.label, words.named(plan, node.id)), node.period === undefined ? "" : ` ${node.period}`, known, due),
    element("span", { class: "clause" }, node.clause ?? ""),
    element("span", { class: "value" }, value, element("small", {}, node.unit ?? "")),
  ];
  const inner = told_of(node, words, plan);
  if (!inner.length) return element("div", { class: "leaf" }, summary);
  return element("details", { class: "branch" }, element("summary", {}, summary), element("div", { class: "tree" }, inner));
}

function credits(rows, words) {
  const head = ["event", "on", "share", "amount", "contribution", "source", "position"].map((name) => element("th", { scope: "col" }, words.say(name)));
  const body = rows.map((row) => {
    const figure = (value) => element("td", { class: "figure" }, value === undefined ? "" : grouped(value));
    const event = row.others === undefined ? row.event_id : words.say("others", { count: row.others });
    const from = [element("td", {}, row.event_source ?? ""), element("td", { class: "figure" }, String(row.position ?? ""))];
    return element("tr", {}, element("td", {}, event), element("td", {}, row.on ?? ""), figure(row.share), figure(row.amount), figure(row.contribution), from);
  });
  return element("div", { class: "scrolls" }, element("table", { class: "credits" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body)));
}
