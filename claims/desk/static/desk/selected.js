// What selected words are as a quote, seen in their paragraph.
import { asQuoted } from "./forms.js";
import { paragraphAt } from "./points.js";

/** The words as {segments, quotation_type}: without marks around them and the stop behind them, unless they are meant exactly. */
export function quoted(desk, { start, end }) {
  const { view } = desk;
  const { paragraphs } = view;
  const first = paragraphs[paragraphAt(paragraphs, start)];
  const last = paragraphs[paragraphAt(paragraphs, Math.max(end - 1, start))];
  const before = view.words({ start: first.start, end: start });
  const after = view.words({ start: end, end: last.end });
  return asQuoted(view.words({ start, end }), before, after, { start, end }, desk.isExact({ start, end }));
}

/** Whether the quotation type of an item is somebody's choice: no guess of the engine's, and none from its words. */
export function isTypeChosen(desk, { id, start, end, form, guessed }) {
  if (desk.typed.has(id)) return true;
  const segments = form.segments ?? [[start, end]];
  const [from, to] = [segments[0][0], segments.at(-1)[1]];
  const guesses = [guessed?.quotation_type, quoted(desk, { start: from, end: to }).quotation_type];
  return Boolean(form.quotation_type) && !guesses.includes(form.quotation_type);
}
