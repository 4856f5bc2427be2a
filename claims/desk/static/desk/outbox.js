// Acts on their way to the record: kept in the browser until they are answered, sent in order, each under a key of its
// own, so that what was sent twice is done once.

const LONGEST_WAIT = 30_000;
export const SAVED = "saved";
export const SAVING = "saving";
export const OFFLINE = "offline";
export const FAILING = "failing";
export const SIGNED_OUT = "signed-out";
/** Somebody has to say first how it goes on. */
export const HELD = "held";

/** A UUID of version 7: later ones sort behind earlier ones. */
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(now / 2 ** (8 * (5 - place))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
  /**
   * `post(act)` sends one and resolves to {status, body}, or rejects where nobody answers. `answered(act, body)` is told
   * what was done. `refused(act, answer)` resolves to the acts to send in its place, or to null: then it stays, and
   * nothing is sent until `go`. `changed(state, waiting)` is called whenever the state may be another. `inherited(acts)`
   * is told what a page that was closed meanwhile left to this one. `kept` is where acts are kept.
   */
  constructor({ kept, post, answered, refused, changed, inherited }) {
    Object.assign(this, { kept, post, answered, refused, changed, inherited });
    this.acts = [];
    this.state = SAVED;
    this.isSending = false;
    this.asked = null;
    this.wait = 0;
    this.timer = null;
    window.addEventListener("online", () => this.go());
    // a page that comes back from where the browser put it aside may have left its acts to another
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** Take over what is left to send of a text of a source; once, before anything is put. */
  async open(source, number) {
    this.acts = await this.kept.open(source, number, (left) => {
      if (left.length === 0) return;
      this.acts.push(...left);
      this.inherited(left);
    });
    if (this.acts.length) this.state = SAVING;
  }

  /** Keep acts; `about` is what each changes, `seen` the version of that which the curator saw. `go` sends them. */
  put(...acts) {
    this.acts.push(...acts.map((act) => ({ key: uuid7(), ...act })));
    this.keep();
    this.tell(this.state === SAVED ? SAVING : this.state);
  }

  /** What is on its way, without the one that was refused. */
  waiting() {
    return this.acts.filter((act) => act !== this.asked);
  }

  /** Send now what waits. */
  go() {
    clearTimeout(this.timer);
    if (!this.isSending) this.send();
  }

  /** Ask for everything anew while nothing is sent: what is answered meanwhile would be forgotten. */
  async aside(ask) {
    // while somebody is asked about a refused one nothing is sent anyway
    if (this.isSending) return ask();
    this.isSending = true;
    try {
      await ask();
    } finally {
      this.isSending = false;
    }
    return this.state === HELD ? undefined : this.go();
  }

  async send() {
    this.isSending = true;
    try {
      await this.sendAll();
    } finally {
      // whatever went wrong here, the next decision tries again
      this.isSending = false;
      this.asked = null;
    }
  }

  async sendAll() {
    while (this.acts.length > 0) {
      const act = this.acts[0];
      this.tell(SAVING);
      let answer;
      try {
        answer = await this.post(act);
      } catch {
        this.later(navigator.onLine ? FAILING : OFFLINE);
        return;
      }
      if (answer.status === 401) {
        this.later(SIGNED_OUT);
        return;
      }
      if (answer.status === 429 || answer.status >= 500 || answer.body?.kind === "token") {
        this.later(FAILING);
        return;
      }
      this.wait = 0;
      if (answer.status < 300) {
        this.acts.shift();
        this.follow(answer.body);
        this.answered(act, answer.body);
      } else {
        // it is kept while somebody is asked: the page may be closed meanwhile
        this.asked = act;
        const instead = await this.refused(act, answer);
        this.asked = null;
        if (instead === null) {
          this.tell(HELD);
          return;
        }
        this.acts.splice(this.acts.indexOf(act), 1, ...instead.map((one) => ({ ...one, key: uuid7() })));
        this.keep();
      }
    }
    this.tell(SAVED);
  }

  /** What comes behind it was chosen upon it: let it carry the versions that there are now. */
  follow({ versions = {} }) {
    for (const one of this.acts) if (one.about in versions) one.seen = versions[one.about];
    this.keep();
  }

  /** Take out and return what waits besides `act` and fits. */
  withdraw(act, fits) {
    const out = this.acts.filter((one) => one !== act && fits(one));
    this.acts = this.acts.filter((one) => !out.includes(one));
    this.keep();
    return out;
  }

  /** Let everything that waits mean another thing under its id. */
  rename(before, now) {
    for (const act of this.acts) Object.assign(act, JSON.parse(JSON.stringify(act).replaceAll(before, now)));
    this.keep();
  }

  later(state) {
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2 || 1000);
    this.timer = setTimeout(() => this.go(), this.wait);
    this.tell(state);
  }

  tell(state) {
    this.state = state;
    this.changed(state, this.acts.length);
  }

  keep() {
    this.kept.write(this.acts);
  }
}
