// Which words, what reports them, and how they are printed: quoted, told, or both; in the headline or not.
import { button, make, write } from "./elements.js";
import { chips, Extra, Field, taker } from "./fields.js";
import { TYPES } from "./forms.js";
import { page, say, term } from "./words.js";

// code units of the words that are shown, and of their beginning
const [LONGEST, BEGINNING] = [150, 80];

export function whatWords(desk) {
  const quote = make("blockquote", { className: "desk-words", lang: page.text_language, dir: "auto", tabIndex: 0, aria: { label: say("words") } });
  const types = TYPES.map((type) =>
    button(term("types", type), () => desk.command("type_is", type), { className: "desk-choice", pressed: "false" }),
  );
  const headline = button(say("headline"), () => desk.command("headline"), { key: "h", shortcut: "h", className: "desk-choice", pressed: "false" });
  const engine = make("span", { className: "desk-engine" });
  const outer = reportedIn(desk);
  const words = new Field(
    say("words"),
    { members: ["segments"], className: "is-words" },
    quote,
    make("div", { className: "desk-line" }, taker(desk, "words", "w"), taker(desk, "segment", "z", say("take_segment")), outer.node, engine),
  );
  const type = new Field(
    say("type"),
    { key: "q", members: ["quotation_type", "is_headline"] },
    make("div", { className: "desk-line" }, types, headline),
  );
  return {
    node: make("div", { className: "desk-part" }, words.node, type.node),
    show(item, errors) {
      quote.title = desk.quoteOf(item);
      write(quote, withEnds(quote.title));
      TYPES.forEach((one, n) => types[n].setAttribute("aria-pressed", String(item.form.quotation_type === one)));
      headline.setAttribute("aria-pressed", String(Boolean(item.form.is_headline)));
      const isGuess = item.state === "open" && item.engine && item.engine !== "hand";
      write(engine, isGuess ? say("guess_score", { score: Math.round(item.score * 100) }) : "");
      engine.title = isGuess ? say("guess_by", { engine: item.engine }) : "";
      outer.show(item, errors);
      words.mark(item, errors);
      type.mark(item, errors);
    },
  };
}

/** Both ends of words that are too long to be shown: where they stop is what has to be looked at. */
function withEnds(words) {
  if (words.length <= LONGEST) return words;
  const beginning = words.slice(0, BEGINNING).replace(/\s+\S*$/u, "");
  const end = words.slice(BEGINNING - LONGEST).replace(/^\S*\s+/u, "");
  return `${beginning} … ${end}`;
}

/** The statement in whose words these stand. */
function reportedIn(desk) {
  const label = say("inside");
  const inside = chips(() => desk.choose({ inside: null }));
  const field = new Extra(
    label,
    { members: ["inside"], className: "is-inside" },
    button(label, () => desk.command("outer"), { className: "desk-add", spoken: say("choose_for", { what: label }) }),
    inside.node,
  );
  return {
    node: field.node,
    show(item, errors) {
      const outer = item.form.inside;
      field.set(Boolean(outer));
      inside.show(outer ? [{ id: outer, name: desk.record.statements.get(outer)?.words ?? "…" }] : []);
      field.mark(item, errors);
    },
  };
}
