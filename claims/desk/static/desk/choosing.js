// What is said of the current statement without asking: by a key, a button, or the words that are selected.
import { TYPES, phraseOf, withSegment } from "./forms.js";
import { page, say, term } from "./words.js";

export function type(desk) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const next = TYPES[(TYPES.indexOf(item.form.quotation_type) + 1) % TYPES.length];
  return desk.choose({ quotation_type: next }, { message: term("types", next) });
}

export function headline(desk) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const now = !item.form.is_headline;
  return desk.choose({ is_headline: now }, { message: say(now ? "is_headline" : "is_no_headline") });
}

export function act(desk, value) {
  return toggle(desk, "act", "acts", value);
}

export function attitude(desk, value) {
  return toggle(desk, "attitude", "attitudes", value);
}

/** Choose a term; the same again takes it away, an act excepted: each statement has one. */
function toggle(desk, member, vocabulary, value) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const clears = member !== "act" && item.form[member] === value;
  const message = clears ? say("cleared", { what: term(vocabulary, value) }) : term(vocabulary, value);
  return desk.choose({ [member]: clears ? null : value }, { message });
}

export function intensity(desk, degree) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const selected = desk.selection();
  if (degree === 0 || (item.form.intensity === degree && !selected)) {
    return desk.choose({ intensity: null, intensity_phrase: "" }, { message: say("cleared", { what: say("intensity") }) });
  }
  const quote = desk.quoteOf(item);
  const phrase = selected ? desk.textOf([selected.start, selected.end]) : phraseOf(quote, degree, page.lexicon) || item.form.intensity_phrase || "";
  if (!phrase) return desk.tell(say("which_phrase"));
  if (selected) desk.dropSelection();
  return desk.choose({ intensity: degree, intensity_phrase: phrase }, { message: say("intensity_by", { degree: term("intensities", degree), phrase }) });
}

/** Take the selected words for what a key stands for. */
export function take(desk, what) {
  const item = desk.current;
  if (!item?.form) return undefined;
  return desk.withSelection((selected) => {
    const span = [selected.start, selected.end];
    if (what === "words") desk.choose({ segments: [span] }, { message: say("taken_words") });
    else if (what === "segment") desk.choose({ segments: withSegment(item.form.segments, selected) }, { message: say("taken_words") });
    else if (what === "cue") desk.choose({ cue: span }, { message: say("taken_for", { what: say("cue") }) });
    else if (what === "date") desk.choose({ said_at_text: desk.textOf(span) }, { message: say("taken_for", { what: say("said_at_text") }) });
    else setPrinted(desk, 0, what === "name" ? "mention" : "role", span);
  });
}

export function takePhrase(desk) {
  const item = desk.current;
  return desk.withSelection((selected) => {
    const phrase = desk.textOf([selected.start, selected.end]);
    const degree = item.form.intensity ?? [3, 2, 1].find((one) => phraseOf(phrase, one, page.lexicon)) ?? 1;
    desk.choose({ intensity: degree, intensity_phrase: phrase }, { message: say("intensity_by", { degree: term("intensities", degree), phrase }) });
  });
}

export function takeFor(desk, place, what) {
  return desk.withSelection(({ start, end }) => setPrinted(desk, place, what, [start, end]));
}

function setPrinted(desk, place, what, span) {
  const { speakers = [] } = desk.current.form;
  // a name as printed may be all that is known of a speaker yet
  if (!speakers.length && what === "mention") {
    return desk.choose({ speakers: [{ id: null, kind: "speaker", mention: span, role: null, certainty: "certain" }] });
  }
  if (!speakers[place]) return desk.tell(say("who_says"));
  changeSpeaker(desk, place, { [what]: span });
  return desk.tell(say("taken_for", { what: say(what === "mention" ? "mention" : "role_printed") }));
}

export function changeSpeaker(desk, place, values) {
  return desk.choose({ speakers: desk.current.form.speakers.map((one, n) => (n === place ? { ...one, ...values } : one)) });
}

export function removeSpeaker(desk, place) {
  return desk.choose({ speakers: desk.current.form.speakers.filter((_, n) => n !== place) });
}

/** The date typed; how it is known is guessed from whether the text prints one. */
export function saidAt(desk, value) {
  const { form } = desk.current;
  const basis = form.said_at_basis ?? (form.said_at_text ? "inferred" : "printed");
  return desk.choose({ said_at: value || null, said_at_basis: value ? basis : null });
}
