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

/** The range of the document between two offsets in code points. */
function rangeOf({ start, end }) {
  const points = Array.from(text.textContent);
  const first = points.slice(0, start).join("").length;
  const last = first + points.slice(start, end).join("").length;
  const range = document.createRange();
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let seen = 0; walker.nextNode(); seen += walker.currentNode.data.length) {
    const node = walker.currentNode;
    const until = seen + node.data.length;
    if (first >= seen && first < until) range.setStart(node, first - seen);
    if (last > seen && last <= until) range.setEnd(node, last - seen);
  }
  return range;
}

/** Show spans in the text as remembered (`chosen`) or filled in (`taken`), without changing the page's nodes. */
export function paint(name, spans) {
  if (!CSS.highlights) return;
  CSS.highlights.set(name, new Highlight(...spans.map(rangeOf)));
}

/** The selected span of the text as {start, end}, without white space at its ends; null if there is none. */
function selectedSpan() {
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
  return { start, end: start + last - first };
}

/**
 * Call `changed` with the span that is selected, or null once a new drag begins.
 *
 * A click elsewhere, such as on a button, does not forget the words: they stay painted as chosen.
 */
export function watchSelection(changed) {
  text.addEventListener("mousedown", (event) => {
    if (event.button !== 0 || event.shiftKey) return;
    // Pressing inside selected words would drag them away instead of beginning a new selection.
    document.getSelection().removeAllRanges();
    changed(null);
  });
  document.addEventListener("selectionchange", () => {
    const span = selectedSpan();
    if (span !== null) changed(span);
  });
}
