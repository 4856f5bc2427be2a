// Which words, and how they are printed: quoted, told, or both; in the headline or not.
import { button, make, write } from "./elements.js";
import { Field, taker } from "./fields.js";
import { TYPES } from "./forms.js";
import { page, say, term } from "./words.js";

export function whatWords(desk) {
  const quote = make("blockquote", { className: "desk-words", lang: page.text_language, dir: "auto", tabIndex: 0, aria: { label: say("words") } });
  const types = TYPES.map((type) =>
    button(term("types", type), () => desk.choose({ quotation_type: type }), { className: "desk-choice", pressed: "false" }),
  );
  const headline = button(say("headline"), () => desk.command("headline"), { key: "h", shortcut: "h", className: "desk-choice", pressed: "false" });
  const engine = make("span", { className: "desk-engine" });
  const words = new Field(
    say("words"),
    { members: ["segments"], className: "is-words" },
    quote,
    make("div", { className: "desk-line" }, taker(desk, "words", "w"), taker(desk, "segment", "⇧W", say("take_segment")), engine),
  );
  const type = new Field(
    say("type"),
    { key: "q", members: ["quotation_type", "is_headline"] },
    make("div", { className: "desk-line" }, types, headline),
  );
  return {
    node: make("div", { className: "desk-part" }, words.node, type.node),
    show(item, errors) {
      write(quote, desk.quoteOf(item));
      TYPES.forEach((one, n) => types[n].setAttribute("aria-pressed", String(item.form.quotation_type === one)));
      headline.setAttribute("aria-pressed", String(Boolean(item.form.is_headline)));
      write(engine, item.engine && item.state === "open" ? say("engine", { engine: item.engine, score: Math.round(item.score * 100) }) : "");
      words.mark(item, errors);
      type.mark(item, errors);
    },
  };
}
