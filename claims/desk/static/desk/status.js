// The bar above: whether all is saved, who has the source open, how many are left; and what happened, said and shown.
import { FAILING, HELD, OFFLINE, SAVED, SAVING, SIGNED_OUT } from "./outbox.js";
import { button, make, write } from "./elements.js";
import { page, say } from "./words.js";

const SIGNS = { [SAVED]: "✓", [SAVING]: "", [OFFLINE]: "⚠", [FAILING]: "⚠", [SIGNED_OUT]: "⚠", [HELD]: "⚠" };
const NOTICE = 8_000;
const TEXTS = {
  [SAVED]: "saved", [SAVING]: "saving", [OFFLINE]: "offline", [FAILING]: "failing", [SIGNED_OUT]: "signed_out", [HELD]: "held",
};

export class Status {
  constructor({ isOn, switchKeys }) {
    this.nodes = Object.fromEntries(
      ["saved", "lease", "counts", "message", "banners", "live", "modes", "tools"].map((name) => [name, document.getElementById(`desk-${name}`)]),
    );
    this.banners = new Map();
    // what the page before has to say stands here until somebody goes on, or has had time to read it
    if (this.nodes.message.childElementCount) this.showNotice();
    this.saved = { sign: make("span", { className: "desk-sign", aria: { hidden: "true" } }), text: make("span") };
    this.nodes.saved.replaceChildren(this.saved.sign, this.saved.text);
    this.counted = new Map();
    this.switch = button(say("keys_on"), () => this.showSwitch(switchKeys()), { className: "desk-switch" });
    this.nodes.tools.append(this.switch);
    this.showSwitch(isOn);
  }

  showNotice() {
    this.isNotice = true;
    const gone = () => this.isNotice && this.write("");
    for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, gone, { once: true, capture: true });
    setTimeout(gone, NOTICE);
  }

  write(message) {
    this.isNotice = false;
    write(this.nodes.message, message);
    this.nodes.message.title = message;
  }

  showSwitch(isOn) {
    this.switch.setAttribute("aria-pressed", String(isOn));
    write(this.switch.firstChild, say(isOn ? "keys_on" : "keys_off"));
  }

  /** Offer the ways of working that somebody may work in. */
  showModes(may) {
    const modes = ["attribute", "review"].filter((mode) => may[mode]);
    const link = (mode) =>
      make("a", {
        href: `${page.urls.page}?mode=${mode}`,
        textContent: say(`mode_${mode}`),
        aria: { current: mode === page.mode ? "page" : undefined },
      });
    this.nodes.modes.replaceChildren(...modes.map(link));
  }

  showSaved(state, waiting) {
    this.nodes.saved.dataset.state = state;
    write(this.saved.sign, SIGNS[state]);
    write(this.saved.text, say(TEXTS[state], { waiting }));
  }

  showCounts(counts, elsewhere) {
    for (const [name, number] of Object.entries({ ...counts, elsewhere })) {
      if (!this.counted.has(name)) {
        const node = make("span", { className: `desk-count is-${name}` });
        this.counted.set(name, node);
        this.nodes.counts.append(node);
      }
      const node = this.counted.get(name);
      node.hidden = number === 0 && name !== "open" && name !== "draft";
      write(node, say(`count_${name}`, { number }));
    }
  }

  showLease(lease) {
    const isTheirs = lease && !lease.is_mine && lease.holder;
    write(this.nodes.lease, isTheirs ? say("lease_since", { name: lease.holder, time: timeOf(lease.since) }) : "");
  }

  /** Say what happened, and then what is current; both are heard, the first is seen until something else is current. */
  tell(message, current = "") {
    if (message || (current && !this.isNotice)) this.write(message);
    this.hear([message, current].filter(Boolean).join(" "));
  }

  hear(text) {
    // the same words twice are two events
    this.nodes.live.textContent = text === this.nodes.live.textContent ? `${text}\u00a0` : text;
  }

  /** Show what must not be overlooked, with what can be done about it: [[label, act], …]. */
  warn(name, text, acts = []) {
    this.banner(name, text, acts, { aria: { role: "alert" } });
  }

  /** Show what went well and can still be gone back to; it is heard once, and alarms nobody. */
  notice(name, text, acts = []) {
    this.banner(name, text, acts, { className: "desk-banner is-notice" });
    this.hear(text);
  }

  banner(name, text, acts, properties) {
    const before = this.banners.get(name);
    const banner = make(
      "div",
      { className: "desk-banner", ...properties },
      make("p", { textContent: text }),
      acts.map(([label, act]) => (typeof act === "string" ? make("a", { href: act, target: "_blank", rel: "noopener", textContent: label, className: "button" }) : button(label, act))),
    );
    if (before) before.replaceWith(banner);
    else this.nodes.banners.append(banner);
    this.banners.set(name, banner);
  }

  calm(name) {
    this.banners.get(name)?.remove();
    this.banners.delete(name);
  }
}

/** The time of day as the reader writes it; with the day where that is another. */
function timeOf(iso) {
  const [then, now] = [new Date(iso), new Date()];
  const day = then.toDateString() === now.toDateString() ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(page.language, { ...day, hour: "2-digit", minute: "2-digit" }).format(then);
}
