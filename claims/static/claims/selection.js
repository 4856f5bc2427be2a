// Selections of a text as spans in code points, the unit in which the record counts.

/** The source text of the page. */
export const text = document.getElementById("source-text");

/** The number of code points (not UTF-16 units) of the text before a point of the document. */
function offsetOf(node, offset) {
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(node, offset);
  return Array.from(before.toString()).length;
}

/** The selected span of the text as {start, end, words}, without white space at its ends; null if there is none. */
export function selectedSpan() {
  const selection = document.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(text)) return null;
  const inside = document.createRange();
  inside.selectNodeContents(text);
  // A drag may begin or end outside the text: only what lies in it counts.
  if (range.compareBoundaryPoints(Range.START_TO_START, inside) > 0) inside.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, inside) < 0) inside.setEnd(range.endContainer, range.endOffset);
  const points = Array.from(inside.toString());
  let first = 0;
  let last = points.length;
  while (first < last && /\s/u.test(points[first])) first += 1;
  while (last > first && /\s/u.test(points[last - 1])) last -= 1;
  if (first === last) return null;
  const start = offsetOf(inside.startContainer, inside.startOffset) + first;
  return { start, end: start + last - first, words: points.slice(first, last).join("") };
}

/** Words shortened in the middle, so that both ends can be checked by eye. */
export function shortened(words, limit = 160) {
  const points = Array.from(words);
  if (points.length <= limit) return words;
  const half = Math.floor(limit / 2) - 2;
  return `${points.slice(0, half).join("")} … ${points.slice(-half).join("")}`;
}
