// A list of which one is highlighted, whoever has the focus (ARIA's listbox and its active descendant).
import { make } from "../elements.js";
import { freshId } from "./sentences.js";

/** The number that a digit key stands for, 10 for 0, on any keyboard; null for another key. */
export function numberOf(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit === undefined || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return null;
  if (event.code.startsWith("Numpad") && event.key !== digit) return null;
  return digit === "0" ? 10 : Number(digit);
}

/**
 * What can be chosen: {id, label, details: [text], badge, content(): nodes instead of label and details}.
 * `holder` is the element that has the focus, `took(option)` is told of a click.
 */
export class Listbox {
  constructor({ label, many = false, took }) {
    this.many = many;
    this.took = took;
    this.options = [];
    this.rows = [];
    this.at = -1;
    this.chosen = new Set();
    this.id = freshId("list");
    this.node = make("div", {
      id: this.id,
      className: "dialog-list",
      aria: { role: "listbox", label, multiselectable: many ? "true" : null },
    });
    this.holder = this.node;
    // the focus stays where it is typed
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
    this.node.addEventListener("click", (event) => this.clicked(event));
  }

  clicked(event) {
    const row = event.target.closest("[role=option]");
    const place = this.rows.indexOf(row);
    if (place < 0) return;
    this.highlight(place);
    this.took(this.options[place]);
  }

  /** Show these, the one at `at` highlighted; -1 for none. */
  show(options, at = 0) {
    this.options = options;
    this.rows = options.map((option, place) => this.row(option, place));
    this.node.replaceChildren(...this.rows);
    this.highlight(options.length > 0 ? at : -1);
  }

  row(option, place) {
    const details = (option.details ?? []).filter(Boolean);
    const line = (name, text) => make("span", { className: `dialog-option-${name}`, dir: "auto" }, text);
    const content = option.content
      ? option.content()
      : [line("label", option.label), details.length > 0 ? line("details", details.join(" · ")) : null];
    return make(
      "div",
      {
        id: `${this.id}-${place}`,
        className: option.isMake ? "dialog-option is-make" : "dialog-option",
        aria: { role: "option", selected: "false" },
      },
      make("span", { className: "dialog-option-badge" }, option.badge ?? ""),
      make("span", { className: "dialog-option-body" }, content),
    );
  }

  get current() {
    return this.options[this.at] ?? null;
  }

  /** The option beside which a number stands, 0 for the tenth; null where none has it. */
  under(number) {
    const shown = number === 10 ? ["10", "0"] : [String(number)];
    return this.options.find(({ badge = "" }) => shown.includes(String(badge))) ?? null;
  }

  highlight(at) {
    this.at = at;
    this.mark();
    if (at < 0) this.holder.removeAttribute("aria-activedescendant");
    else {
      this.holder.setAttribute("aria-activedescendant", this.rows[at].id);
      this.rows[at].scrollIntoView({ block: "nearest" });
    }
  }

  /** Say which are highlighted and which chosen: one is both where only one can be. */
  mark() {
    this.rows.forEach((row, place) => {
      row.classList.toggle("is-current", place === this.at);
      const isChosen = this.many ? this.chosen.has(this.options[place].id) : place === this.at;
      row.setAttribute("aria-selected", String(isChosen));
    });
  }

  /** Move by so many, round and round when it is one. */
  move(by) {
    const size = this.options.length;
    if (size === 0) return;
    if (Math.abs(by) > 1) this.highlight(Math.max(0, Math.min(size - 1, this.at + by)));
    else if (this.at < 0) this.highlight(by > 0 ? 0 : size - 1);
    else this.highlight((this.at + by + size) % size);
  }

  /** Move as an arrow or page key says; was it one? */
  follow(key) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[key];
    if (by === undefined) return false;
    this.move(by);
    return true;
  }
}
