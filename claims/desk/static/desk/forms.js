// What a choice makes of a form: pure, from the form as it is to the members that change.

const OPENING = "«“„‟‹‘‚\"‛❝「『";
const CLOSING = "»”‟›’\"❞」』";
const SPACE = /\s/u;
const MARKS = "«»“”„‹›\"";
const CLOSED_BY = { "«": "»", "“": "”", "„": "“”", "「": "」", "『": "』", '"': '"' };
const STOPS = ".,;:";
const BEHALF = "on_behalf_of";
export const TYPES = ["direct", "indirect", "mixed"];

/** From the first of the segments to the last. */
export function hull(segments) {
  return { start: Math.min(...segments.map(([start]) => start)), end: Math.max(...segments.map(([, end]) => end)) };
}

/** Whoever says it, without those on whose behalf and to whom it is said. */
export function sayers(form) {
  return (form.speakers ?? []).filter((one) => one.kind === "speaker");
}

/**
 * Whether an item's words and speakers make another a part of it; what others say inside stays by itself: other speakers,
 * and names that are printed elsewhere and the record does not have.
 */
export function isPart({ form, guessed }, inner) {
  const segments = form.segments ?? [];
  if (!segments.length) return false;
  const { start, end } = hull(segments);
  const lies = start <= inner.start && inner.end <= end && segments.some(([from, to]) => inner.start < to && from < inner.end);
  const said = new Set(sayers(form).map(({ id }) => id));
  const printed = [...sayers(form), ...sayers(guessed ?? {})].map(({ mention }) => mention);
  const isTheirs = ({ id, mention }) => (id === null ? printed.some((one) => one && same(one, mention)) : said.has(id));
  return lies && sayers(inner.form ?? {}).every(isTheirs);
}

export function hasSpeaker(form) {
  return sayers(form).some((one) => one.id);
}

/** A row of a speaker, printed where the text names them near the words. */
export function row(record, id, item, kind = "speaker") {
  return { id, kind, mention: nearest(record, id, item), role: null, certainty: "certain" };
}

/** Who says it by a printed name that the record does not have; undefined where nobody does. */
export function unknownSayer(form) {
  return sayers(form).find((one) => one.id === null);
}

/**
 * This speaker says it: as whom a printed name stands for, where the record does not have it, beside the others; else
 * they and no other. Whoever else has a part keeps it.
 */
export function saidBy(record, item, id) {
  const before = sayers(item.form);
  const known = before.find((one) => one.id === id);
  const made = known ?? row(record, id, item);
  // the words that stood for a name that the record does not have stand for whoever is chosen, and so does their role
  const isTheirs = (one) => one.id === null && same(one.mention, made.mention);
  const unknown = known ? undefined : (before.find(isTheirs) ?? unknownSayer(item.form));
  if (unknown) made.mention ??= unknown.mention;
  if (unknown?.mention && same(made.mention, unknown.mention)) made.role = unknown.role;
  if (unknown) return { speakers: item.form.speakers.map((one) => (one === unknown ? made : one)) };
  return { speakers: [made, ...(item.form.speakers ?? []).filter((one) => one.kind !== "speaker")] };
}

/** One more, or one fewer, who says it jointly. */
export function alsoSaidBy(record, item, id) {
  const all = item.form.speakers ?? [];
  const without = all.filter((one) => !(one.kind === "speaker" && one.id === id));
  if (without.length < all.length) return { speakers: without };
  const named = all.filter((one) => one.kind !== "speaker" || one.id);
  const rest = named.filter((one) => one.kind !== "speaker");
  return { speakers: [...named.filter((one) => one.kind === "speaker"), row(record, id, item), ...rest] };
}

/** On whose behalf it is said; who has that part already no longer has it. */
export function onBehalfOf(record, item, id) {
  const all = item.form.speakers ?? [];
  const without = all.filter((one) => !(one.kind === BEHALF && one.id === id));
  return { speakers: without.length < all.length ? without : [...all, row(record, id, item, BEHALF)] };
}

/** Who passes it on, the nearest to the speaker first; one who does already no longer does. */
export function relayedBy(record, item, id) {
  const before = item.form.relays ?? [];
  const without = before.filter((one) => one.id !== id);
  if (without.length < before.length) return { relays: without };
  const unknown = unknownRelay(item.form);
  // words that stood for somebody whom the record does not have stand for whoever is chosen
  if (unknown) return { relays: before.map((one) => (one === unknown ? { ...one, id } : one)) };
  return { relays: [...before, { id, mention: nearest(record, id, item) }] };
}

/** Who passes it on by a printed name that the record does not have; null where nobody does. */
export function unknownRelay(form) {
  return (form.relays ?? []).find((one) => one.id === null) ?? null;
}

/** What of when and where was said of an item; {} where nothing was. */
export function occasionOf({ form }) {
  const patch = {};
  if (form.said_at || form.said_at_text) {
    for (const name of ["said_at", "said_at_text", "said_at_basis"]) if (form[name]) patch[name] = form[name];
  }
  if (form.event) patch.event = form.event;
  return patch;
}

/** Where the sentence of the item's words, or of its cue, names a speaker: outside the words and before them by preference. */
export function nearest(record, id, item) {
  const sentences = record.sentencesOf(item);
  const lies = ([start, end]) => sentences.some((one) => one.start <= start && end <= one.end);
  const found = (record.memberOf(id)?.mentions ?? []).filter(lies);
  const far = ([start, end]) => {
    if (end <= item.start) return item.start - end;
    if (start >= item.end) return 1.5 * (start - item.end) + 1;
    return 10_000 + start - item.start;
  };
  return found.sort((one, other) => far(one) - far(other))[0] ?? null;
}

/** The segments with one more; those that touch or overlap become one. */
export function withSegment(segments, { start, end }) {
  const merged = [];
  for (const [from, to] of [...segments, [start, end]].sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Whether words stand in quotation marks that open before them and close behind them. */
function areInside(words, before, after) {
  const open = [];
  const read = (one) => {
    if (open.length && CLOSED_BY[open.at(-1)].includes(one)) open.pop();
    else if (one in CLOSED_BY) open.push(one);
    return open.length;
  };
  for (const one of before) read(one);
  const depth = open.length;
  if (!depth || Array.from(words).some((one) => read(one) < depth)) return false;
  // straight ones look the same at both ends
  return open[depth - 1] !== '"' || after.includes('"');
}

/**
 * What selected words are as a quote: without the marks around them, and without the stop behind what stands in none;
 * direct between marks, mixed with marks inside. `before` and `after` are the rest of their paragraph; `isExact` where
 * the stop is meant.
 */
export function asQuoted(words, before, after, { start, end }, isExact = false) {
  const points = Array.from(words);
  let first = 0;
  let last = points.length;
  const stand = before.trimEnd().slice(-1);
  const follow = after.trimStart().slice(0, 1);
  const isBetween = stand !== "" && OPENING.includes(stand) && follow !== "" && CLOSING.includes(follow);
  const isWithin = areInside(words, before, after);
  if (!isExact && !isBetween && !isWithin) last = withoutStop(points);
  const inMarks = OPENING.includes(points[0]) && CLOSING.includes(points[last - 1]) && last > 2;
  if (inMarks) {
    first += 1;
    last -= 1;
    while (first < last && SPACE.test(points[first])) first += 1;
    while (last > first && SPACE.test(points[last - 1])) last -= 1;
  }
  const hasMarks = points.slice(first, last).some((one) => MARKS.includes(one));
  return {
    segments: [[start + first, start + last]],
    quotation_type: inMarks || isBetween || isWithin ? "direct" : hasMarks ? "mixed" : "indirect",
  };
}

/** Where words end without the full stop, comma, semicolon or colon behind them; three points are no stop. */
function withoutStop(points) {
  let last = points.length;
  const isStop = last > 1 && STOPS.includes(points[last - 1]) && !(points[last - 1] === "." && points[last - 2] === ".");
  if (!isStop) return last;
  last -= 1;
  // French puts a space before some of them
  while (last > 1 && SPACE.test(points[last - 1])) last -= 1;
  return last;
}

/** The text in lower case without accents, as the lexicon has it. */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a text that show an intensity, read off the lexicon; "" where none does. */
export function phraseOf(words, intensity, lexicon) {
  const texts = [...words.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)];
  const folded = texts.map(([one]) => fold(one));
  for (const [phrase, degree] of lexicon) {
    if (degree !== intensity) continue;
    const parts = phrase.match(/[\p{L}\p{N}_]+/gu) ?? [];
    for (let place = 0; parts.length && place + parts.length <= texts.length; place += 1) {
      if (!parts.every((part, n) => folded[place + n].startsWith(part))) continue;
      const last = texts[place + parts.length - 1];
      return words.slice(texts[place].index, last.index + last[0].length);
    }
  }
  return "";
}

/** Whether two values of a member are the same. */
export function same(one, other) {
  return JSON.stringify(sorted(one ?? null)) === JSON.stringify(sorted(other ?? null));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
