// The words in other languages, and who put them so.
import { button, make } from "./elements.js";
import { Extra, fill, input, Rows } from "./fields.js";
import { same } from "./forms.js";
import { page, say } from "./words.js";

const NEW = { language: "", text: "", is_original: false, translator: "" };

export function wordings(desk) {
  const list = make("div", { className: "desk-wordings" });
  let shown = [];
  // a row that is not complete is kept here: the record takes whole ones only
  const change = (place, values) => {
    shown = shown.map((one, n) => (n === place ? { ...one, ...values } : one));
    send();
  };
  // the words quoted go without saying, until there are others beside them
  const quoted = (now) => ({ language: page.text_language, text: desk.quoteOf(now), is_original: false, translator: "" });
  const isQuoted = (now, one) => one.language === page.text_language && one.text === desk.quoteOf(now) && !one.is_original && !one.translator;
  const send = () => {
    const whole = shown.filter((one) => one.language && one.text);
    const isThere = whole.some((one) => one.language === page.text_language);
    const all = whole.length && !isThere ? [quoted(desk.current), ...whole] : whole;
    if (!same(all, desk.current.form.wordings ?? [])) desk.choose({ wordings: all });
  };
  const remove = (place) => {
    shown = shown.filter((_, n) => n !== place);
    rows.show(shown);
    field.set(shown.length > 0);
    send();
  };
  const rows = new Rows(list, (place) => {
    const language = input(say("language"), (value) => change(place, { language: value }), { placeholder: "en", size: 5, autocomplete: "off", spellcheck: false });
    const text = input(say("wording"), (value) => change(place, { text: value }), { rows: 2, dir: "auto" });
    const translator = input(say("translator"), (value) => change(place, { translator: value }), { placeholder: say("translator") });
    const original = make("input", { type: "checkbox", on: { change: (event) => change(place, { is_original: event.target.checked }) } });
    return {
      node: make("div", { className: "desk-wording" },
        make("div", { className: "desk-line" }, language, make("label", {}, original, ` ${say("is_original")}`), translator,
          button("×", () => remove(place), { className: "desk-clear", spoken: say("remove", { what: say("wording") }) })),
        text),
      show(one) {
        fill(language, one.language);
        fill(text, one.text);
        fill(translator, one.translator ?? "");
        original.checked = Boolean(one.is_original);
        if (one.language) text.lang = one.language;
      },
    };
  });
  const add = () => {
    shown = [...shown, { ...NEW }];
    rows.show(shown);
    field.set(true);
    // a click gives the focus back to the text first
    const { node } = rows.rows[shown.length - 1];
    setTimeout(() => node.querySelector("input").focus());
  };
  const field = new Extra(say("wordings"), { members: ["wordings"], className: "is-wordings" }, button(say("add_wording"), add, { className: "desk-add" }), list);
  let item = null;
  return {
    node: field.node,
    show(now, errors) {
      const stored = (now.form.wordings ?? []).filter((one) => !isQuoted(now, one));
      const isNew = item?.id !== now.id;
      const unfinished = isNew ? [] : shown.filter((one) => !(one.language && one.text));
      item = now;
      shown = [...stored, ...unfinished];
      rows.show(shown);
      field.set(shown.length > 0);
      field.mark(now, errors);
    },
  };
}
