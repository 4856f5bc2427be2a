// A field that looks up while one types, and the list of what was found (ARIA's combobox with a listbox).
import { make as element } from "../elements.js";
import { Listbox, numberOf } from "./listbox.js";
import { fill, freshId, plural, trouble } from "./sentences.js";

const PAUSE = 140;

export class Combobox {
  /**
   * `search(typed, signal)` resolves to options; `took(option)` is told of the one taken, which is {isMake, typed}
   * where `make(typed)` offers to make what was typed. With `many` they are gathered for `finished(options)`.
   */
  constructor(given) {
    const { dialog, label, placeholder = "", typed = "", make = () => null, many = false, initial = [] } = given;
    const { search, keys, took, finished } = given;
    Object.assign(this, { dialog, words: dialog.words, search, make, many, keys, took, finished });
    this.chosen = [...initial];
    this.run = null;
    this.timer = null;
    /** How often Enter was pressed before what was typed had been found. */
    this.wanted = 0;
    /** The digit pressed before there were lines. */
    this.number = null;
    this.shownFor = null;
    this.hasFailed = false;
    this.list = new Listbox({ label, many, took: (option) => this.take(option) });
    const id = freshId("typed");
    this.input = element("input", {
      id,
      type: "text",
      className: "dialog-typed",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: false,
      dir: "auto",
      placeholder,
      aria: { role: "combobox", autocomplete: "list", controls: this.list.id, expanded: "true" },
      data: { first: "" },
    });
    this.input.value = typed;
    this.list.holder = this.input;
    // it stays in place, since what is new in it is what is read out
    this.sentence = element("p", { aria: { role: "status" } });
    this.notes = element("div", { className: "dialog-notes" }, this.sentence);
    this.chips = element("ul", { className: "dialog-chips", hidden: !many, aria: { label: this.words.dialog_chosen } });
    this.node = element(
      "div",
      {},
      this.chips,
      element("label", { htmlFor: id, className: "dialog-label" }, label),
      this.input,
      this.notes,
      this.list.node,
    );
    this.input.addEventListener("input", () => this.type());
    this.input.addEventListener("keydown", (event) => this.press(event));
    window.addEventListener("online", () => this.hasFailed && this.look(), { signal: dialog.ended });
    dialog.ended.addEventListener("abort", () => this.stop());
    if (many) this.drawChips();
  }

  get typed() {
    return this.input.value.trim();
  }

  get isFresh() {
    return this.shownFor === this.typed && this.timer === null && this.run === null;
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.run?.abort();
    this.run = null;
  }

  type() {
    this.wanted = 0;
    this.number = null;
    this.stop();
    this.list.node.setAttribute("aria-busy", "true");
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    this.stop();
    const run = new AbortController();
    this.run = run;
    this.hasFailed = false;
    const typed = this.typed;
    this.list.node.setAttribute("aria-busy", "true");
    this.note(this.words.dialog_looking);
    let found;
    try {
      found = await this.search(typed, run.signal);
    } catch (error) {
      // a newer question took its place
      if (this.run !== run) return;
      this.run = null;
      this.fail(error);
      return;
    }
    if (this.run !== run) return;
    this.run = null;
    this.show(typed, found);
  }

  show(typed, found) {
    const offer = this.make(typed);
    const options = offer ? [...found, { id: "make", badge: "+", ...offer, isMake: true, typed }] : found;
    if (this.keys === "digits" && typed === "") {
      options.forEach((option, place) => {
        if (place < 10) option.badge = String((place + 1) % 10);
      });
    }
    this.shownFor = typed;
    this.list.node.removeAttribute("aria-busy");
    this.list.chosen = new Set(this.chosen.map((option) => option.id));
    this.list.show(options, this.many && typed === "" ? -1 : 0);
    if (found.length > 0) this.note(plural(this.words, "dialog_found", found.length), { isQuiet: true });
    else this.note(typed ? fill(this.words.dialog_nothing_found, { typed }) : this.words.dialog_type_to_look);
    const { wanted, number } = this;
    this.wanted = 0;
    this.number = null;
    if (number !== null) this.takeUnder(number);
    if (wanted === 0 || !this.list.current) return;
    this.take(this.list.current);
    if (this.many && wanted > 1) this.finished(this.chosen);
  }

  fail(error) {
    this.wanted = 0;
    this.number = null;
    this.hasFailed = true;
    this.shownFor = null;
    this.list.node.removeAttribute("aria-busy");
    this.list.show([]);
    const again = this.dialog.button(this.words.dialog_try_again, () => this.again());
    this.note(trouble(this.words, error.status, error.detail), { isTrouble: true, button: again });
  }

  again() {
    this.input.focus();
    this.look();
  }

  /** Say how it goes, seen and heard; what is there to be seen anyway is only heard. */
  note(sentence, { isTrouble = false, isQuiet = false, button = null } = {}) {
    const className = isQuiet ? "dialog-unseen" : isTrouble ? "dialog-trouble" : "dialog-note";
    this.notes.className = `dialog-notes ${className}`;
    this.sentence.textContent = sentence;
    this.notes.replaceChildren(this.sentence, ...(button ? [button] : []));
  }

  press(event) {
    if (event.isComposing) return;
    if (this.list.follow(event.key)) {
      event.preventDefault();
      return;
    }
    const number = this.input.value === "" ? numberOf(event) : null;
    if (number !== null && this.takeUnder(number)) {
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.enter(event);
    } else if (event.key === "Backspace" && this.many && this.input.value === "" && this.chosen.length > 0) {
      this.toggle(this.chosen[this.chosen.length - 1]);
    }
  }

  /** Take the line beside which a number stands, once it is found; false where none can have it. */
  takeUnder(number) {
    if (!this.isFresh) {
      this.number = this.keys === "digits" ? number : null;
      return this.number !== null;
    }
    const option = this.list.under(number);
    if (option) this.take(option);
    return option !== null;
  }

  enter(event) {
    const isDone = event.ctrlKey || event.metaKey || (this.typed === "" && this.list.at < 0);
    // done is done with what was taken just before, even where it is not found yet
    if (this.many && isDone && this.wanted === 0) this.finished(this.chosen);
    else if (this.isFresh) this.list.current && this.take(this.list.current);
    else if (this.hasFailed && this.timer === null) this.again();
    else {
      // what was typed is taken as soon as it is found, never what an earlier beginning of it had found
      this.wanted += 1;
      if (this.timer !== null) this.look();
    }
  }

  take(option) {
    this.wanted = 0;
    if (!this.many || option.isMake) this.took(option);
    else {
      this.toggle(option);
      this.input.focus();
    }
  }

  toggle(option) {
    const place = this.chosen.findIndex((one) => one.id === option.id);
    if (place < 0) this.chosen.push(option);
    else this.chosen.splice(place, 1);
    this.dialog.say(fill(place < 0 ? this.words.dialog_added : this.words.dialog_removed, { name: option.label }));
    this.drawChips();
    this.list.chosen = new Set(this.chosen.map((one) => one.id));
    this.list.mark();
    if (this.input.value === "") return;
    this.input.value = "";
    this.list.highlight(-1);
    this.type();
  }

  drawChips() {
    this.chips.hidden = this.chosen.length === 0;
    this.chips.replaceChildren(
      ...this.chosen.map((option) => {
        const label = fill(this.words.dialog_remove, { name: option.label });
        const act = () => {
          this.toggle(option);
          this.input.focus();
        };
        const attributes = { type: "button", className: "dialog-chip-remove", aria: { label }, on: { click: act } };
        const remove = element("button", attributes, "×");
        return element("li", { className: "dialog-chip", dir: "auto" }, option.label, remove);
      }),
    );
  }
}
