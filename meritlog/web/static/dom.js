// Elements, made without any HTML text: whatever an id or a name says, it is shown as text.

/** An element with properties (class, dataset entries as data-…, aria-…, role, on… handlers) and children. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Set a text only where it differs; says whether it did. */
export function settled(target, text) {
  if (target.textContent === text) return false;
  target.textContent = text;
  return true;
}

/** The options of a select: [value, text] pairs, or [heading, pairs] for groups. */
export function options(select, entries, chosen) {
  const key = JSON.stringify(entries);
  if (shownOptions.get(select) !== key) {
    // Only then: a list that somebody has opened would close.
    shownOptions.set(select, key);
    select.replaceChildren(
      ...entries.map(([value, text]) =>
        Array.isArray(text)
          ? element("optgroup", { label: value }, text.map(([inner, told]) => element("option", { value: inner }, told)))
          : element("option", { value }, text),
      ),
    );
  }
  select.value = chosen;
}

const shownOptions = new WeakMap();
