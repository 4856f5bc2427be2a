// Who has the source open: held while the page is, taken over only when somebody says so.
import { lease, tab } from "./server.js";

const BEAT = 30_000;

export class Lease {
  /** `changed(lease)` is told who has it; `signedOut(is)` whether nobody is signed in any more. */
  constructor({ changed, signedOut }) {
    Object.assign(this, { changed, signedOut });
    this.now = null;
    this.timer = null;
    document.addEventListener("visibilitychange", () => !document.hidden && this.now && this.beat());
  }

  get isMine() {
    return this.now === null || this.now.is_mine || this.now.holder === null;
  }

  start() {
    this.beat();
    // a page that is left gives way to the next one at once
    window.addEventListener("pagehide", () => this.now?.is_mine && lease("release", tab));
    window.addEventListener("pageshow", (event) => event.persisted && this.beat());
  }

  /** Hold it, and again soon; where nobody answers, the outbox says so and the next beat tries anew. */
  async beat() {
    await this.ask("hold");
  }

  take() {
    return this.ask("take");
  }

  async ask(what) {
    clearTimeout(this.timer);
    try {
      const answer = await lease(what, tab);
      this.signedOut(answer.status === 401);
      if (answer.status === 200) this.learn(answer.body);
      return answer.status === 200;
    } catch {
      return false;
    } finally {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.beat(), BEAT);
    }
  }

  learn(now) {
    const before = this.now;
    this.now = now;
    if (before === null || before.is_mine !== now.is_mine || before.holder !== now.holder) this.changed(now);
  }
}
