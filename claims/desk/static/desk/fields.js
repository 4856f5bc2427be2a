// Of what the panel's parts are made: named lines, rows, lists and the words of the text.
import { button, make, write } from "./elements.js";
import { same } from "./forms.js";
import { page, say } from "./words.js";

/** A named line of the panel: its label, key, sign of a guess, and what is wrong with it. */
export class Field {
  constructor(label, { key = "", members, className = "" }, ...controls) {
    this.members = members;
    this.guess = make("span", { className: "desk-guess", textContent: say("guessed"), hidden: true });
    this.error = make("span", { className: "desk-error", aria: { role: "alert" } });
    this.node = make(
      "div",
      { className: `desk-field ${className}`, aria: { role: "group", label } },
      make("div", { className: "desk-field-label" }, make("span", { textContent: label }), key ? make("kbd", { textContent: key, aria: { hidden: "true" } }) : null, this.guess),
      make("div", { className: "desk-control" }, controls, this.error),
    );
  }

  /** Show what of it the engine guessed, and what the server found wrong. */
  mark(item, errors) {
    const { form, guessed } = item;
    const said = this.members.filter((name) => name in (guessed ?? {}) && !isEmpty(guessed[name]));
    const isGuess = item.state === "open" && said.length > 0 && said.every((name) => same(form[name], guessed[name]));
    this.guess.hidden = !isGuess;
    this.node.classList.toggle("is-guess", isGuess);
    const wrong = errors.filter(({ pointer }) => this.members.includes(pointer.split("/")[1]));
    write(this.error, wrong.map(({ detail }) => detail).join(" "));
    this.node.classList.toggle("is-wrong", wrong.length > 0);
  }
}

function isEmpty(value) {
  return value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

/** A button that takes the selected words for a field. */
export function taker(desk, what, key, label = say("take")) {
  return button(label, () => desk.command("take", what), { key, shortcut: key, className: "desk-take", title: say("take_title") });
}

/** Rows that are made once and filled in again and again, so that the focus stays where it is. */
export class Rows {
  constructor(node, makeRow) {
    this.node = node;
    this.makeRow = makeRow;
    this.rows = [];
  }

  show(values, ...more) {
    while (this.rows.length < values.length) {
      const row = this.makeRow(this.rows.length);
      this.rows.push(row);
      this.node.append(row.node);
    }
    this.rows.forEach((row, n) => {
      row.node.hidden = n >= values.length;
      if (n < values.length) row.show(values[n], ...more);
    });
  }
}

/** A choice among the terms of a vocabulary, in a list that opens. */
export function select(vocabulary, label, changed, { empty } = {}) {
  const options = page.vocabularies[vocabulary].map(([value, text]) => make("option", { value, textContent: text }));
  if (empty !== undefined) options.unshift(make("option", { value: "", textContent: empty }));
  return make("select", { className: "desk-select", aria: { label }, on: { change: (event) => changed(event.target.value) } }, options);
}

/** A line to write in; sent when it is left, or with Enter. */
export function input(label, changed, properties = {}) {
  const tag = properties.rows ? "textarea" : "input";
  return make(tag, { className: "desk-input", aria: { label }, on: { change: (event) => changed(event.target.value.trim()) }, ...properties });
}

/** Fill in a field unless somebody is writing in it. */
export function fill(node, value) {
  if (node.value !== value && document.activeElement !== node) node.value = value;
}

/** Words of the text, or that there are none, with the buttons to take and to clear them; `short` stands on the first. */
export function spanLine(desk, label, key, { take, clear, short = say("take") }) {
  const words = make("span", { className: "desk-span", dir: "auto", lang: page.text_language });
  const clearing = button("×", clear, { className: "desk-clear", spoken: say("clear", { what: label }) });
  const spoken = say("take_for", { what: label });
  const taking = button(short, take, { key, shortcut: key || undefined, className: "desk-take", spoken, title: spoken });
  return {
    node: make("span", { className: "desk-span-line" }, taking, words, clearing),
    show(span) {
      const text = span ? desk.textOf(span) : "—";
      write(words, text);
      words.title = span ? text : "";
      words.classList.toggle("is-none", !span);
      clearing.disabled = !span;
    },
  };
}
