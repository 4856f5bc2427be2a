// What all dialogs of the desk are made of: one at a time, modal, closed by Esc, with the focus given back.
import { keycap, make } from "../elements.js";
import { freshId } from "./sentences.js";

let current = null;
let last = Promise.resolve();

/** Is a dialog open? The desk's own keys are off then. */
export function isOpen() {
  return current !== null;
}

/**
 * Show a dialog, after those asked for before have closed. `build(dialog)` puts into it what it asks; resolves to what
 * it is closed with, null where it is given up. `kind` names it for the style sheet.
 */
export function show({ title, kind, words, build }) {
  const shown = last.then(
    () =>
      new Promise((resolve) => {
        current = new Dialog({ title, kind, words, resolve });
        try {
          build(current);
          current.open();
        } catch (error) {
          current.close(null);
          throw error;
        }
      }),
  );
  last = shown.catch(() => null);
  return shown;
}

/** One open dialog: `body` and `foot` are filled by whoever shows it, `back` is what Esc does instead of giving up. */
export class Dialog {
  constructor({ title, kind, words, resolve }) {
    this.words = words;
    this.resolve = resolve;
    this.back = null;
    this.ending = new AbortController();
    const id = freshId("title");
    this.heading = make("h2", { id, tabIndex: -1 }, title);
    this.status = make("p", { className: "dialog-status", aria: { role: "status" } });
    this.body = make("div", { className: "dialog-body" });
    this.foot = make("div", { className: "dialog-foot" });
    const leave = make(
      "button",
      {
        type: "button",
        className: "dialog-leave",
        aria: { label: words.dialog_close },
        on: { click: () => this.close(null) },
      },
      "×",
    );
    this.node = make(
      "dialog",
      { className: `dialog-frame dialog-${kind}`, aria: { labelledby: id } },
      make("div", { className: "dialog-head" }, this.heading, leave),
      this.body,
      this.status,
      this.foot,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      this.giveUp();
    });
    // asked for otherwise than by the key, as by a phone's gesture
    this.node.addEventListener("cancel", (event) => {
      if (event.target !== this.node) return;
      event.preventDefault();
      this.giveUp();
    });
    // some browsers close it at the second attempt whatever was said to the first
    this.node.addEventListener("close", () => this.close(null));
    window.addEventListener("pagehide", () => this.close(null), { signal: this.ended });
  }

  /** Aborted when the dialog closes: for listeners and requests that end with it. */
  get ended() {
    return this.ending.signal;
  }

  get isClosed() {
    return this.ended.aborted;
  }

  open() {
    const selection = document.getSelection();
    this.before = {
      focus: document.activeElement,
      ends: [selection.anchorNode, selection.anchorOffset, selection.focusNode, selection.focusOffset],
    };
    document.body.append(this.node);
    this.node.showModal();
    this.enter();
  }

  /** Begin where the first answer is wanted; what stands in a field there is selected. */
  enter() {
    const first = this.node.querySelector("[data-first]") ?? this.heading;
    first.focus();
    first.select?.();
  }

  giveUp() {
    if (this.back) this.back();
    else this.close(null);
  }

  /** Close it with an answer; the focus and the words that were selected are again where they were. */
  close(value) {
    if (this.isClosed) return;
    this.ending.abort();
    if (this.node.open) this.node.close();
    this.node.remove();
    if (current === this) current = null;
    if (this.before) this.restore(this.before);
    this.resolve(value);
  }

  restore({ focus, ends }) {
    if (focus?.isConnected) focus.focus({ preventScroll: true });
    const [anchor, , head] = ends;
    if (anchor?.isConnected && head?.isConnected && !this.node.contains(anchor)) {
      document.getSelection().setBaseAndExtent(...ends);
    }
  }

  entitle(title) {
    this.heading.textContent = title;
  }

  /** Say a sentence, shown below the body and read out. */
  say(sentence, { isTrouble = false } = {}) {
    this.status.textContent = sentence;
    this.status.classList.toggle("is-trouble", isTrouble);
  }

  /** A button of the dialog; `keys` are shown on it. */
  button(label, act, { isMain = false, keys = "" } = {}) {
    return make(
      "button",
      { type: "button", className: isMain ? "button dialog-main" : "button dialog-plain", on: { click: act } },
      label,
      keys ? keycap(keys) : null,
    );
  }

  /** The button that gives up, Esc on it. */
  cancelButton(label = this.words.dialog_cancel) {
    return this.button(label, () => this.giveUp(), { keys: this.words.key_name_esc });
  }
}
