// The board that this page holds: taken whole, changed by changes, and checked against the digest it should have.

/** The board after `changes` (see the AsyncAPI document). */
export function applied(board, changes) {
  const rows = new Map(board.rows.map((row) => [row.manager_id, row]));
  for (const manager of changes.gone) rows.delete(manager);
  for (const row of changes.rows) rows.set(row.manager_id, row);
  const { findings: _, ...known } = board;
  return {
    ...known,
    plan_digest: changes.plan_digest,
    through: changes.through,
    position: changes.position,
    rows: [...rows.values()].sort(byPlace),
    uncredited: changes.uncredited,
    ...(changes.findings === undefined ? {} : { findings: changes.findings }),
    digest: changes.digest,
  };
}

function byPlace(one, other) {
  if ((one.rank === null) !== (other.rank === null)) return one.rank === null ? 1 : -1;
  return (one.rank ?? 0) - (other.rank ?? 0) || byCodePoints(one.manager_id, other.manager_id);
}

function byCodePoints(one, other) {
  const [left, right] = [[...one], [...other]];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
  }
  return left.length - right.length;
}

/** Whether the board is the one that its digest names; null where the browser does not compute digests (plain HTTP). */
export async function genuine(board) {
  if (globalThis.crypto?.subtle === undefined) return null;
  const { digest, ...content } = board;
  const bytes = new TextEncoder().encode(canonical(content));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest === `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Canonical JSON (RFC 8785) of text, whole numbers, lists and objects with ASCII keys. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}
