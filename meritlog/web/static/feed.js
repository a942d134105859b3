// A board's feed: server-sent events, resumed by the browser with Last-Event-ID, begun anew where that cannot help.

import { address, Refused } from "./api.js";
import { applied, genuine } from "./board.js";

const AGAIN_MS = 2000;
const CHECK_MS = 400;
const FOR_GOOD = [401, 404, 422];

export class Feed {
  /** `told` has board(board), state("live" | "waiting" | "lost"), status(health), refused(problem), checked(bool). */
  constructor(plan, period, told) {
    this.path = `/boards/${encodeURIComponent(plan)}/${encodeURIComponent(period)}/events`;
    this.told = told;
    this.board = null;
    this.source = null;
    this.timers = new Map();
    this.open();
  }

  open() {
    this.source?.close();
    const source = (this.source = new EventSource(address(this.path)));
    source.addEventListener("board", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("changes", (event) => {
      if (this.board === null) this.open();
      else this.take(applied(this.board, JSON.parse(event.data)));
    });
    source.addEventListener("status", (event) => this.told.status(JSON.parse(event.data)));
    source.addEventListener("open", () => this.told.state(this.board === null ? "waiting" : "live"));
    source.addEventListener("error", () => {
      this.told.state("lost");
      if (source.readyState === EventSource.CLOSED) this.refused();
    });
  }

  take(board) {
    this.board = board;
    this.told.state("live");
    this.told.board(board);
    this.later("check", CHECK_MS, () => this.check());
  }

  /** The server answered with no feed: ask why, and begin anew unless it will refuse again. */
  async refused() {
    const headers = { Accept: "text/event-stream", "Accept-Language": document.documentElement.lang };
    const answer = await fetch(this.path, { headers }).catch(() => null);
    if (answer !== null && !answer.ok) this.told.refused(new Refused(answer.status, await answer.json()));
    else answer?.body?.cancel();
    if (this.source !== null && !FOR_GOOD.includes(answer?.status)) this.later("open", AGAIN_MS, () => this.open());
  }

  async check() {
    const board = this.board;
    const good = await genuine(board);
    if (board !== this.board || this.source === null) return;
    this.told.checked(good);
    if (good === false) {
      this.board = null;
      this.open();
    }
  }

  later(name, pause, what) {
    if (this.timers.has(name)) return;
    const timer = setTimeout(() => {
      this.timers.delete(name);
      if (this.source !== null) what();
    }, pause);
    this.timers.set(name, timer);
  }

  close() {
    this.source?.close();
    this.source = null;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
