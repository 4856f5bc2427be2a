// Of what the panel's parts are made: named lines, rows, lists and the words of the text.
import { button, make, write } from "./elements.js";
import { same } from "./forms.js";
import { page, say } from "./words.js";

/** Something of the panel that says one or more members: the sign of a guess, and what is wrong with it. */
class Said {
  constructor(members) {
    this.members = members;
    this.guess = make("span", { className: "desk-guess", textContent: say("guessed"), hidden: true });
    this.error = make("span", { className: "desk-error", aria: { role: "alert" } });
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

/** A line of the panel under its name and key. */
export class Field extends Said {
  constructor(label, { key = "", members, className = "" }, ...controls) {
    super(members);
    this.node = make(
      "div",
      { className: `desk-field ${className}`, aria: { role: "group", label } },
      make("div", { className: "desk-field-label" }, make("span", { textContent: label }), key ? make("kbd", { textContent: key, aria: { hidden: "true" } }) : null, this.guess),
      make("div", { className: "desk-control" }, controls, this.error),
    );
  }
}

/** What most statements do not have: a small button that asks for it, with what was chosen behind it. */
export class Extra extends Said {
  constructor(label, { members, className = "" }, asking, ...things) {
    super(members);
    this.node = make("div", { className: `desk-extra ${className}`, aria: { role: "group", label } }, asking, this.guess, things, this.error);
  }

  /** Show whether there is anything. */
  set(isSet) {
    this.node.classList.toggle("is-set", isSet);
  }
}

function isEmpty(value) {
  return value === null || value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

/** A button that takes the selected words for a field. */
export function taker(desk, what, key, label = say("take")) {
  return button(label, () => desk.command("take", what), { key, shortcut: key, className: "desk-take", title: say("take_title") });
}

/** Things chosen, each with a button that takes it away. */
export function chips(remove) {
  const node = make("span", { className: "desk-things" });
  return {
    node,
    show(things) {
      node.replaceChildren(...things.map(({ id, name }) =>
        make("span", { className: "desk-thing" }, make("span", { textContent: name, title: name, dir: "auto" }),
          button("×", () => remove(id), { className: "desk-clear", spoken: say("remove", { what: name }) }))));
    },
  };
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
  return make("select", { className: "desk-select", title: label, aria: { label }, on: { change: (event) => changed(event.target.value) } }, options);
}

/** A line to write in; sent when it is left, or with Enter. */
export function input(label, changed, properties = {}) {
  const tag = properties.rows ? "textarea" : "input";
  return make(tag, { className: "desk-input", title: label, aria: { label }, on: { change: (event) => changed(event.target.value.trim()) }, ...properties });
}

/** Fill in a field unless somebody is writing in it. */
export function fill(node, value) {
  if (node.value !== value && document.activeElement !== node) node.value = value;
}

/** Words of the text, or that there are none, with the buttons to take and to clear them; `short` stands on the first. */
export function spanLine(desk, label, key, { take, clear, short = say("take") }) {
  const words = make("span", { className: "desk-span", dir: "auto", lang: page.text_language });
  const guess = make("span", { className: "desk-guess", textContent: say("guessed"), hidden: true });
  const clearing = button("×", clear, { className: "desk-clear", spoken: say("clear", { what: label }) });
  const spoken = say("take_for", { what: label });
  const taking = button(short, take, { key, shortcut: key || undefined, className: "desk-take", spoken, title: spoken });
  return {
    node: make("span", { className: "desk-span-line" }, taking, words, guess, clearing),
    /** Show words, or none; `isGuess` where nobody chose them. */
    show(span, isGuess = false) {
      const text = span ? desk.textOf(span) : "—";
      write(words, text);
      words.title = span ? text : "";
      words.classList.toggle("is-none", !span);
      words.classList.toggle("is-guess", isGuess);
      guess.hidden = !isGuess;
      clearing.disabled = !span;
    },
  };
}
