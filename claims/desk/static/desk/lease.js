// Who has the source open: held while the page is, taken over only when somebody says so. All tabs of a person share it.
import { lease, tab } from "./server.js";
import { page } from "./words.js";

const BEAT = 30_000;
const PATIENCE = 2_000;

export class Lease {
  /**
   * `changed(lease, before)` is told who has it and who had it, null before anybody answered; `answered(answer)` every
   * answer, a refusal too.
   */
  constructor({ changed, answered }) {
    Object.assign(this, { changed, answered });
    this.now = null;
    this.others = new Set();
    this.timer = null;
    this.asked = 0;
    document.addEventListener("visibilitychange", () => !document.hidden && this.asked && this.beat());
  }

  get isMine() {
    return this.now === null || this.now.is_mine || this.now.holder === null;
  }

  start() {
    this.beat();
    const tabs = new BroadcastChannel(`desk:${page.me}:${page.source}`);
    tabs.addEventListener("message", ({ data: { is, from } }) => {
      if (is === "gone") this.others.delete(from);
      else this.others.add(from);
      if (is === "new") tabs.postMessage({ is: "here", from: tab });
    });
    tabs.postMessage({ is: "new", from: tab });
    // a page that is left gives way to the next one at once, unless the same person has another
    document.getElementById("logout-form")?.addEventListener("submit", (event) => this.logOut(event));
    window.addEventListener("pagehide", () => {
      tabs.postMessage({ is: "gone", from: tab });
      if (this.now?.is_mine && this.others.size === 0) lease("release", tab);
    });
  }

  /** Give it back while one is still signed in, and then go. */
  async logOut(event) {
    event.preventDefault();
    clearTimeout(this.timer);
    // what is asked from now on is of nobody's interest, what was asked before comes too late
    this.asked += 1;
    const form = event.target;
    try {
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      if (this.now?.is_mine) await Promise.race([lease("release", tab), patience]);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    }
    this.now = null;
    form.submit();
  }

  /** Hold it, and again soon; where nobody answers, the outbox says so and the next beat tries anew. */
  async beat() {
    await this.ask("hold");
  }

  take() {
    return this.ask("take");
  }

  /** Ask for it; resolves to whether that was answered, as it is to whoever may work here. */
  async ask(what) {
    clearTimeout(this.timer);
    this.asked += 1;
    const turn = this.asked;
    let answer = null;
    try {
      answer = await lease(what, tab);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.beat(), BEAT);
    }
    // what was asked later is the newer answer
    if (answer !== null && turn === this.asked) {
      if (answer.status === 200) this.learn(answer.body);
      this.answered(answer);
    }
    return answer?.status === 200;
  }

  learn(now) {
    const before = this.now;
    this.now = now;
    if (before === null || before.is_mine !== now.is_mine || before.holder !== now.holder) this.changed(now, before);
  }
}
