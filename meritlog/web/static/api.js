// Questions to the server. What it refuses arrives as a problem: what is wrong, and what to do.

const page = globalThis.document;

export class Refused extends Error {
  constructor(status, problem) {
    super([problem.detail, problem.remedy].filter(Boolean).join(/[。？]$/.test(problem.detail) ? "" : " "));
    this.status = status;
  }
}

/** The document at an address; parameters without a value are left out. What is refused is told in the page's language. */
export async function get(path, parameters = {}) {
  const response = await fetch(address(path, parameters), { headers: { Accept: "application/json", "Accept-Language": page.documentElement.lang } });
  const document = await response.json();
  if (!response.ok && path !== "/health") throw new Refused(response.status, document);
  return document;
}

export function address(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/** Hand the token over; from then on a cookie stands for it. */
export async function enter(token) {
  const response = await fetch("/session", { method: "POST", body: token });
  return response.ok;
}
