// A cursor that goes from word to word and selects for real: what is selected can be read aloud and copied.
import { paragraphAt } from "./points.js";

// words with the apostrophe that ends them, or a run of signs with what modifies them: emoji are several characters
const TOKEN = /[\p{L}\p{M}\p{N}_]+(?:[-‑.][\p{L}\p{M}\p{N}_]+)*['’]?|[^\s\p{L}\p{M}\p{N}_][^\s\p{L}\p{N}_]*/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;

/** The words of a paragraph as [start, end] in UTF-16 units. */
export function tokensOf(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    if (segmenter && UNSPACED.test(match[0])) {
      for (const { segment, index } of segmenter.segment(match[0])) found.push([match.index + index, match.index + index + segment.length]);
    } else {
      found.push([match.index, match.index + match[0].length]);
    }
  }
  return found;
}

export class Cursor {
  constructor(view) {
    this.view = view;
    this.tokens = new Map();
    this.anchor = null;
    this.focus = null;
    this.made = null;
    view.node.addEventListener("pointerdown", () => this.leave());
  }

  /** Begin at this offset when the next arrow is pressed. */
  leave(point = null) {
    this.point = point;
    this.anchor = this.focus = this.made = null;
    CSS.highlights?.delete("desk-cursor");
  }

  /** Do what an arrow, Home or End asks for; return the words where it is now. */
  press({ key, shiftKey }) {
    const selected = this.view.selected();
    const isForeign = selected && !(this.made && this.made.start === selected.start && this.made.end === selected.end);
    if (isForeign) {
      this.anchor = this.wordAt(selected.start);
      this.focus = this.wordAt(selected.end - 1);
    }
    const isNew = this.focus === null;
    if (isNew) this.focus = this.wordAt(this.startingPoint());
    if (this.focus === null) return "";
    const isArrow = key.startsWith("Arrow");
    if (!shiftKey) this.anchor = null;
    else this.anchor ??= this.focus;
    // the first arrow only shows where the cursor is, the first with Shift takes its word
    if (!isArrow || !(isNew || (shiftKey && !selected))) this.focus = this.from(this.focus, key);
    return this.show();
  }

  /** Where the caret is, or the last click was, or the current words begin. */
  startingPoint() {
    const selection = document.getSelection();
    if (selection.rangeCount && this.view.node.contains(selection.anchorNode) && this.point === null) {
      return this.view.pointOf(selection.anchorNode, selection.anchorOffset);
    }
    return this.point ?? 0;
  }

  from(word, key) {
    if (key === "Home") return this.word(word.place, 0);
    if (key === "End") return this.word(word.place, this.of(word.place).length - 1);
    if (key === "ArrowUp" || key === "ArrowDown") return this.line(word, key === "ArrowDown" ? 1 : -1);
    return this.step(word, key === "ArrowRight" ? 1 : -1);
  }

  step({ place, n }, step) {
    if (this.of(place)[n + step]) return this.word(place, n + step);
    for (let next = place + step; next >= 0 && next < this.view.paragraphs.length; next += step) {
      const size = this.of(next).length;
      if (size) return this.word(next, step > 0 ? 0 : size - 1);
    }
    return this.word(place, n);
  }

  /** The word above or below, as it is drawn. */
  line(word, step) {
    const rects = this.view.rangeOf(word).getClientRects();
    const rect = step > 0 ? rects[rects.length - 1] : rects[0];
    const height = Number.parseFloat(getComputedStyle(this.view.node).lineHeight);
    for (let lines = 1; lines <= 3; lines += 1) {
      const found = pointAt(rect.left + rect.width / 2, rect.top + rect.height / 2 + step * lines * height);
      if (found && this.view.node.contains(found[0]) && found[0].nodeType === Node.TEXT_NODE) {
        return this.wordAt(this.view.pointOf(...found));
      }
    }
    return word;
  }

  /** The nearest "start" or "end" of a word to the right of a point (1) or to the left of it (-1); null where none is. */
  beside(point, side, step) {
    let word = this.wordAt(point);
    while (word && (step > 0 ? word[side] <= point : word[side] >= point)) {
      const next = this.step(word, step);
      if (next.start === word.start) return null;
      word = next;
    }
    return word && word[side];
  }

  wordAt(point) {
    let place = paragraphAt(this.view.paragraphs, point);
    while (place < this.view.paragraphs.length - 1 && this.of(place).length === 0) place += 1;
    const paragraph = this.view.paragraphs[place];
    const tokens = this.of(place);
    if (!tokens.length) return null;
    const unit = Math.max(paragraph.unitAt(Math.max(point, paragraph.start)), 0);
    const n = tokens.findIndex(([, end]) => end > unit);
    return this.word(place, n < 0 ? tokens.length - 1 : n);
  }

  word(place, n) {
    const paragraph = this.view.paragraphs[place];
    const [start, end] = this.of(place)[n];
    return { place, n, start: paragraph.pointAt(start), end: paragraph.pointAt(end) };
  }

  of(place) {
    if (!this.tokens.has(place)) this.tokens.set(place, tokensOf(this.view.paragraphs[place].text));
    return this.tokens.get(place);
  }

  show() {
    const isSelecting = this.anchor !== null;
    const backwards = isSelecting && this.focus.start < this.anchor.start;
    const span = isSelecting
      ? { start: Math.min(this.anchor.start, this.focus.start), end: Math.max(this.anchor.end, this.focus.end) }
      : { start: this.focus.start, end: this.focus.end };
    const range = this.view.rangeOf(span);
    const selection = document.getSelection();
    if (isSelecting) {
      const ends = [[range.startContainer, range.startOffset], [range.endContainer, range.endOffset]];
      if (backwards) ends.reverse();
      selection.setBaseAndExtent(...ends[0], ...ends[1]);
      CSS.highlights?.delete("desk-cursor");
      this.made = span;
    } else {
      selection.collapse(range.startContainer, range.startOffset);
      CSS.highlights?.set("desk-cursor", new Highlight(range));
      this.made = null;
    }
    this.view.bring(this.view.rangeOf(this.focus));
    return this.view.words(span);
  }
}

function pointAt(x, y) {
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found && [found.offsetNode, found.offset];
  }
  const range = document.caretRangeFromPoint(x, y);
  return range && [range.startContainer, range.startOffset];
}
