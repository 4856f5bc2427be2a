// Stretches of the text around a span: whole words, sentences.
import { paragraphAt } from "./points.js";

const LETTER = /[\p{L}\p{M}\p{N}]/u;
// written without spaces: where a word ends is for whoever selects to say
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
// as the engine cuts a text into sentences; a quote that goes on behind its marks ends none
const END = /[.!?…]+(?:\s*[»”"’')\]])*(?=\s+(?![\p{Ll}»”"’')\],;:])|\s*$)|(?<=[\p{Ll}\d»”"])[.!?](?=[\p{Lu}«“])/gu;
const ABBREVIATION = /(?<!\p{L})(?:\p{Lu}|MM|Mme|Mlle|Dr|Mr|Mrs|Ms|St|Gen|gén|av|env|no|vol)$/u;

/** A span whose ends lie inside words, with these words whole; apostrophes and hyphens are no part of a word. */
export function wholeWords(view, { start, end }) {
  const cuts = (point) => {
    const around = view.words({ start: point - 1, end: point + 1 });
    return Array.from(around).every((character) => LETTER.test(character) && !UNSPACED.test(character));
  };
  let [first, last] = [start, end];
  while (first > 0 && cuts(first)) first -= 1;
  while (last < view.size && cuts(last)) last += 1;
  return { start: first, end: last };
}

/** From the beginning of the sentence that a span begins in to the end of the one that it ends in. */
export function sentencesAround(view, { start, end }) {
  const first = view.paragraphs[paragraphAt(view.paragraphs, start)];
  const last = view.paragraphs[paragraphAt(view.paragraphs, Math.max(end - 1, start))];
  const begins = endsOf(first.text).filter((unit) => unit <= first.unitAt(start)).at(-1) ?? 0;
  const stops = endsOf(last.text).find((unit) => unit >= last.unitAt(end)) ?? last.text.length;
  return { start: first.pointAt(begins), end: last.pointAt(stops) };
}

function endsOf(text) {
  return [...text.matchAll(END)]
    .filter((match) => match[0] !== "." || !ABBREVIATION.test(text.slice(Math.max(0, match.index - 8), match.index)))
    .map((match) => match.index + match[0].length);
}
