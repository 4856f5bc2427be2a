// What an item takes: keys, clicks and the time somebody is at it. Kept in the page until it is accepted.

const LONGEST_PAUSE = 60_000;
const BARE = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"]);

export class Effort {
  constructor() {
    this.taken = new Map();
    this.about = null;
    this.last = performance.now();
    // before anything else sees them: the key that accepts counts too
    document.addEventListener("keydown", (event) => !BARE.has(event.key) && this.note("keys"), true);
    document.addEventListener("pointerdown", () => this.note("clicks"), true);
    document.addEventListener("pointermove", () => this.note(null), { capture: true, passive: true });
  }

  /** Count for this item from now on. */
  turnTo(id) {
    this.pass();
    this.about = id;
  }

  note(what) {
    this.pass();
    if (what && this.about) this.of(this.about)[what] += 1;
  }

  /** Count the time since the last sign of life, unless it was a pause. */
  pass() {
    const now = performance.now();
    const since = now - this.last;
    this.last = now;
    if (this.about && since <= LONGEST_PAUSE) this.of(this.about).milliseconds += since;
  }

  of(id) {
    if (!this.taken.has(id)) this.taken.set(id, { keys: 0, clicks: 0, milliseconds: 0 });
    return this.taken.get(id);
  }

  /** What an item took so far; counted once. */
  take(id) {
    this.pass();
    const { keys, clicks, milliseconds } = this.of(id);
    this.taken.delete(id);
    return { keys, clicks, milliseconds: Math.round(milliseconds) };
  }

  /** What was counted for one was for another: words just marked. */
  move(from, to) {
    if (!this.taken.has(from)) return;
    this.taken.set(to, this.taken.get(from));
    this.taken.delete(from);
  }
}
