// What is done by saying it: the word that says so, the act, the attitude and how strong it is.
import { button, make } from "./elements.js";
import { keyOf, shortcutOf } from "./keys.js";
import { Field, fill, input, spanLine } from "./fields.js";
import { page, say } from "./words.js";

export function saying(desk) {
  const cueLine = spanLine(desk, say("cue"), "v", { take: () => desk.command("take", "cue"), clear: () => desk.choose({ cue: null }) });
  const cue = new Field(say("cue"), { members: ["cue"] }, cueLine.node);
  const acts = options("acts", (value) => desk.command("act", value));
  const act = new Field(say("act"), { key: "⇧", members: ["act"], className: "is-chips" }, make("div", { className: "desk-terms" }, acts.map(([, node]) => node)));
  const attitudes = options("attitudes", (value) => desk.command("attitude", value));
  const attitude = new Field(say("attitude"), { members: ["attitude"], className: "is-chips" }, make("div", { className: "desk-terms" }, attitudes.map(([, node]) => node)));
  const degrees = page.vocabularies.intensities.map(([value, label]) => [
    value,
    button(label, () => desk.command("intensity", value), { key: `⇧${value}`, shortcut: `Shift+${value}`, className: "desk-choice", pressed: "false" }),
  ]);
  const phrase = input(say("phrase"), (value) => desk.command("phrase", value), {
    lang: page.text_language, dir: "auto", maxLength: 200, placeholder: say("phrase"),
  });
  const intensity = new Field(
    say("intensity"),
    { members: ["intensity", "intensity_phrase"] },
    make("div", { className: "desk-line is-terms" }, degrees.map(([, node]) => node), phrase,
      button(say("take"), () => desk.command("take_phrase"), { className: "desk-take", spoken: say("take_for", { what: say("phrase") }), title: say("take_title") })),
  );
  return {
    node: make("div", { className: "desk-part" }, cue.node, act.node, attitude.node, intensity.node),
    show(item, errors) {
      const { form } = item;
      cueLine.show(form.cue);
      press(acts, form.act);
      press(attitudes, form.attitude);
      press(degrees, form.intensity);
      fill(phrase, form.intensity_phrase ?? "");
      for (const field of [cue, act, attitude, intensity]) field.mark(item, errors);
    },
  };
}

function options(vocabulary, chosen) {
  return page.vocabularies[vocabulary].map(([value, label]) => [
    value,
    button(label, () => chosen(value), {
      // the key that all acts share stands beside their name
      key: keyOf(vocabulary, value).replace("⇧", ""), shortcut: shortcutOf(vocabulary, value), className: "desk-choice", pressed: "false",
      title: say("term_means", { term: label, meaning: say(`meaning_${value}`) }),
    }),
  ]);
}

function press(buttons, value) {
  for (const [one, node] of buttons) {
    const pressed = String(one === value);
    if (node.getAttribute("aria-pressed") !== pressed) node.setAttribute("aria-pressed", pressed);
  }
}
