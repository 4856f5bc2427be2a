// What is said of the current statement without asking: by a key, a button, or the words that are selected.
import { TYPES, occasionOf, phraseOf, withSegment } from "./forms.js";
import { formatted } from "./formatting.js";
import { isTypeChosen, quoted } from "./selected.js";
import { page, say, term } from "./words.js";

const SHORT = 80;
const PRINTED = { name: "mention", role: "role" };
const OVER = new Set(["rejected", "covered", "hidden"]);

/** What was taken for what, and for which statement: “hier” as the date of the third of nine. */
function taken(desk, what, span) {
  const words = desk.textOf(span);
  const shown = words.length > SHORT ? `${words.slice(0, SHORT)}…` : words;
  return say("taken", { what: say(what), words: shown, ...desk.record.placeOf(desk.id) });
}

/** The next of the three quotation types. */
export function type(desk) {
  const item = desk.current;
  if (!item?.form) return undefined;
  return typeIs(desk, TYPES[(TYPES.indexOf(item.form.quotation_type) + 1) % TYPES.length]);
}

export function typeIs(desk, value) {
  desk.typed.add(desk.id);
  return desk.choose({ quotation_type: value }, { message: term("types", value) });
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
  const told = phrasedBy(desk, item);
  const found = told.map((words) => phraseOf(words, degree, page.lexicon)).find(Boolean);
  const phrase = selected ? desk.recorded([selected.start, selected.end]) : found || item.form.intensity_phrase || "";
  if (!phrase) return desk.tell(say("which_phrase"));
  if (!shows(told, phrase)) return desk.tell(say("phrase_elsewhere", { phrase }));
  if (selected) desk.dropSelection();
  return desk.choose({ intensity: degree, intensity_phrase: phrase }, { message: say("intensity_by", { degree: term("intensities", degree), phrase }) });
}

/** Words that may show an intensity: those of the statement, of its cue, of its wordings. */
function phrasedBy(desk, { start, end, form }) {
  const spans = [...(form.segments ?? [[start, end]]), ...(form.cue ? [form.cue] : [])];
  return [...spans.map((span) => desk.recorded(span)), ...(form.wordings ?? []).map(({ text }) => text)];
}

function shows(told, phrase) {
  return told.some((words) => words.includes(phrase));
}

/** The words that show the intensity, typed. */
export function phrase(desk, value) {
  const item = desk.current;
  if (value && !shows(phrasedBy(desk, item), value)) {
    desk.tell(say("phrase_elsewhere", { phrase: value }));
    return desk.showCurrent();
  }
  return desk.choose({ intensity_phrase: value });
}

/** Take the selected words for what a key stands for. */
export function take(desk, what) {
  const item = desk.current;
  if (!item?.form) return undefined;
  if (desk.selection() === null && isForOneMore(desk, what)) return setNextPrinted(desk, PRINTED[what], desk.printed.span);
  return desk.withSelection((selected) => {
    const span = [selected.start, selected.end - endingStop(desk, selected)];
    if (what === "words") takeWords(desk, item, quoted(desk, selected));
    else if (what === "segment") takePart(desk, item, quoted(desk, selected));
    else if (what === "cue") desk.choose({ cue: span }, { message: taken(desk, "cue", span) });
    else if (what === "date") desk.choose({ said_at_text: desk.textOf(span) }, { message: taken(desk, "member_said_at_text", span) });
    else setNextPrinted(desk, PRINTED[what], span);
  });
}

/** How many code points of stops end selected words: a name, a role, a cue and a date have none. */
function endingStop(desk, { start, end }) {
  return [...(desk.textOf([start, end]).match(/[\s,;:.]+$/u)?.[0] ?? "")].length;
}

/** Other words; how they are printed is guessed anew unless somebody said it. */
function takeWords(desk, item, { segments, quotation_type }) {
  const message = taken(desk, "words", segments[0]);
  if (isTypeChosen(desk, item) || quotation_type === item.form.quotation_type) return desk.choose({ segments }, { message });
  const told = say("printed_as", { type: term("types", quotation_type) });
  return desk.choose({ segments, quotation_type }, { message: `${message} ${told}` });
}

function takePart(desk, item, { segments: [[start, end]] }) {
  const segments = withSegment(item.form.segments ?? [[item.start, item.end]], { start, end });
  return desk.choose({ segments }, { message: taken(desk, "one_more_part", [start, end]) });
}

/** Move the end of the current words, or with Shift their beginning, by a word. */
export function edge(desk, { key, shiftKey }) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const segments = (item.form.segments ?? [[item.start, item.end]]).map((one) => [...one]);
  const moved = shiftKey ? segments[0] : segments.at(-1);
  const [place, side] = shiftKey ? [0, "start"] : [1, "end"];
  const to = desk.cursor.beside(moved[place], side, key === "ArrowRight" ? 1 : -1);
  if (to === null) return undefined;
  moved[place] = to;
  if (moved[0] >= moved[1]) return desk.tell(say("one_word_left"));
  return desk.choose({ segments }, { message: taken(desk, "words", moved) });
}

/** Choose the date and the event as they are of the statement before. */
export function asBefore(desk) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const of = (one) => (one?.form && one.id !== item.id && !OVER.has(one.state) ? occasionOf(one) : {});
  const order = desk.record.all();
  const before = order.slice(0, order.indexOf(item)).reverse();
  const last = desk.recent.find((id) => id !== item.id);
  const patch = [desk.record.get(last), ...before].map(of).find((one) => Object.keys(one).length);
  if (!patch) return desk.tell(say("nothing_before"));
  const shown = ["said_at", "said_at_text", "event"].filter((name) => name in patch && !(name === "said_at_text" && patch.said_at));
  const what = shown.map((name) => formatted(desk, name, patch[name])).join(", ");
  return desk.choose(patch, { message: say("as_before", { what, ...desk.record.placeOf(item.id) }) });
}

export function takePhrase(desk) {
  const item = desk.current;
  if (!item?.form) return undefined;
  return desk.withSelection((selected) => {
    const phrase = desk.recorded([selected.start, selected.end]);
    if (!shows(phrasedBy(desk, item), phrase)) return desk.tell(say("phrase_elsewhere", { phrase }));
    const degree = item.form.intensity ?? [3, 2, 1].find((one) => phraseOf(phrase, one, page.lexicon)) ?? 1;
    return desk.choose({ intensity: degree, intensity_phrase: phrase }, { message: say("intensity_by", { degree: term("intensities", degree), phrase }) });
  });
}

export function takeFor(desk, place, what) {
  return desk.withSelection(({ start, end }) => setPrinted(desk, place, what, [start, end]));
}

/** As printed: of whoever had other words there, else of the first speaker who has none yet, else of the first. */
function setNextPrinted(desk, what, span) {
  const mended = printedThere(desk, what, span);
  const place = mended < 0 ? lacking(desk, what) : mended;
  desk.printed = { id: desk.id, what, span };
  return setPrinted(desk, Math.max(place, 0), what, span);
}

/** The place of the first speaker for whom other words were taken that reach into these, -1 where nobody is. */
function printedThere(desk, what, [start, end]) {
  const isMended = ([from, to]) => from < end && start < to && (from !== start || to !== end);
  return (desk.current.form.speakers ?? []).findIndex((one) => one.kind === "speaker" && one[what] && isMended(one[what]));
}

/** The place of the first speaker who has no such words yet, -1 where all have. */
function lacking(desk, what) {
  return (desk.current.form.speakers ?? []).findIndex((one) => one.kind === "speaker" && !one[what]);
}

/** Whether the words taken last are those of one more speaker: “the two countries” name both. */
function isForOneMore(desk, what) {
  const { id, what: last } = desk.printed ?? {};
  return what in PRINTED && id === desk.id && last === PRINTED[what] && lacking(desk, last) >= 0;
}

function setPrinted(desk, place, what, span) {
  const { speakers = [] } = desk.current.form;
  // a name as printed may be all that is known of a speaker yet
  if (!speakers.length && what === "mention") {
    return desk.choose({ speakers: [{ id: null, kind: "speaker", mention: span, role: null, certainty: "certain" }] });
  }
  if (!speakers[place]) return desk.tell(say("who_says"));
  const message = taken(desk, what === "mention" ? "name_as_printed" : "role_as_printed", span);
  return changeSpeaker(desk, place, { [what]: span }, message);
}

export function changeSpeaker(desk, place, values, message = "") {
  return desk.choose({ speakers: desk.current.form.speakers.map((one, n) => (n === place ? { ...one, ...values } : one)) }, { message });
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
