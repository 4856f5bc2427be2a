// The source text with its marks: pieces cut where marks begin and end, only those that change drawn again.
import { paragraphAt, paragraphsOf } from "./points.js";

const WORDS = /\S/u;
// Of marks over the same words the one that counts most says how they look.
const FAINT = ["covered", "hidden", "rejected"];

export class TextView {
  /** `node` gets one block a paragraph; the text's own characters are in it, and nothing else. */
  constructor(node, text) {
    this.node = node;
    this.paragraphs = paragraphsOf(text);
    this.marks = new Map();
    this.pieces = new Map();
    this.current = null;
    this.inside = this.paragraphs.map(() => new Set());
    const all = document.createDocumentFragment();
    this.blocks = this.paragraphs.map((paragraph, place) => {
      const block = document.createElement("div");
      block.className = WORDS.test(paragraph.text) ? "paragraph" : "paragraph is-blank";
      block.dir = "auto";
      block.dataset.place = place;
      block.textContent = paragraph.text;
      all.append(block);
      return block;
    });
    node.replaceChildren(all);
  }

  /** Show these marks ({id, start, end, kind}), and no others. */
  show(marks) {
    const touched = new Set();
    for (const mark of this.marks.values()) this.touch(mark, touched);
    this.marks.clear();
    for (const places of this.inside) places.clear();
    for (const mark of marks) this.add(mark, touched);
    for (const place of touched) this.draw(place);
  }

  /** Add a mark, or let it be another; one whose words stay is but coloured anew. */
  set(mark) {
    const before = this.marks.get(mark.id);
    if (before && before.start === mark.start && before.end === mark.end) {
      this.marks.set(mark.id, mark);
      for (const piece of this.pieces.get(mark.id) ?? []) this.colour(piece);
      return;
    }
    const touched = new Set();
    if (before) this.drop(mark.id, touched);
    this.add(mark, touched);
    for (const place of touched) this.draw(place);
  }

  /** Let this one stand out, and no other. */
  point(id) {
    const before = this.current;
    this.current = id;
    for (const one of [before, id]) for (const piece of this.pieces.get(one) ?? []) this.colour(piece);
  }

  remove(id) {
    const touched = new Set();
    this.drop(id, touched);
    for (const place of touched) this.draw(place);
  }

  add(mark, touched) {
    this.marks.set(mark.id, mark);
    this.touch(mark, touched, (place) => this.inside[place].add(mark.id));
  }

  drop(id, touched) {
    const mark = this.marks.get(id);
    if (!mark) return;
    this.touch(mark, touched, (place) => this.inside[place].delete(id));
    this.marks.delete(id);
    this.pieces.delete(id);
  }

  touch(mark, touched, act = () => {}) {
    const last = paragraphAt(this.paragraphs, mark.end - 1);
    for (let place = paragraphAt(this.paragraphs, mark.start); place <= last; place += 1) {
      touched.add(place);
      act(place);
    }
  }

  /** Cut a paragraph at the ends of its marks. */
  draw(place) {
    const paragraph = this.paragraphs[place];
    const ids = [...this.inside[place]];
    for (const id of ids) {
      const kept = (this.pieces.get(id) ?? []).filter((piece) => piece.parentNode !== this.blocks[place]);
      this.pieces.set(id, kept);
    }
    const cuts = new Set([paragraph.start, paragraph.end]);
    for (const id of ids) {
      const mark = this.marks.get(id);
      cuts.add(Math.max(mark.start, paragraph.start));
      cuts.add(Math.min(mark.end, paragraph.end));
    }
    const ends = [...cuts].sort((one, other) => one - other);
    const nodes = [];
    // those begun and not ended, an outer one before those inside it
    const begun = ids.map((id) => this.marks.get(id)).sort((one, other) => one.start - other.start || other.end - one.end);
    let over = [];
    for (let n = 0; n + 1 < ends.length; n += 1) {
      over = over.filter((mark) => mark.end > ends[n]);
      while (begun.length && begun[0].start <= ends[n]) over.push(begun.shift());
      const words = paragraph.text.slice(paragraph.unitAt(ends[n]), paragraph.unitAt(ends[n + 1]));
      if (over.length === 0) {
        nodes.push(document.createTextNode(words));
        continue;
      }
      const piece = document.createElement("mark");
      piece.textContent = words;
      piece.dataset.ids = [...over].sort((one, other) => size(other) - size(one)).map((mark) => mark.id).join(" ");
      piece.dataset.start = ends[n];
      for (const mark of over) this.pieces.get(mark.id).push(piece);
      this.colour(piece);
      nodes.push(piece);
    }
    this.blocks[place].replaceChildren(...nodes);
  }

  colour(piece) {
    const over = piece.dataset.ids.split(" ").map((id) => this.marks.get(id));
    const strong = over.filter((mark) => !FAINT.includes(mark.kind));
    const shown = (strong.length ? strong : over).at(-1);
    const classes = [`is-${shown.kind}`];
    if (Number(piece.dataset.start) === shown.start) classes.push("begins");
    if (strong.length > 1) classes.push("is-nested");
    if (over.some((mark) => mark.id === this.current)) classes.push("is-current");
    piece.className = classes.join(" ");
  }

  /** The ids of the marks at a node of the text, an outer one before those inside it. */
  idsAt(node) {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentNode : node).closest("mark");
    return piece && this.node.contains(piece) ? piece.dataset.ids.split(" ") : [];
  }

  /** Bring an item's words to where they are read, moving no more than need be. */
  reveal(id, rounds = 4) {
    const piece = this.pieces.get(id)?.[0];
    if (!piece || this.current !== id) return;
    const before = this.node.scrollTop;
    this.bring(piece);
    // what was not drawn before has its true height only then
    if (rounds > 1 && (this.node.scrollTop !== before || rounds === 4)) requestAnimationFrame(() => this.reveal(id, rounds - 1));
  }

  /** Scroll the text alone, with some lines to spare; `what` has a place on the page. */
  bring(what) {
    const { top, bottom } = what.getBoundingClientRect();
    const frame = this.node.getBoundingClientRect();
    const spare = Math.min(frame.height / 5, 120);
    const isLong = bottom - top > frame.height - 2 * spare;
    if (top < frame.top + spare) this.node.scrollTop += top - frame.top - spare;
    else if (bottom > frame.bottom - spare) this.node.scrollTop += isLong ? top - frame.top - spare : bottom - frame.bottom + spare;
  }

  words({ start, end }) {
    const first = paragraphAt(this.paragraphs, start);
    let found = "";
    for (let place = first; place < this.paragraphs.length && this.paragraphs[place].start < end; place += 1) {
      const one = this.paragraphs[place];
      found += one.text.slice(one.unitAt(Math.max(start, one.start)), one.unitAt(Math.min(end, one.end)));
    }
    return found;
  }

  /** The selected words as {start, end} without white space at the ends, wherever the drag began; null without any. */
  selected() {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.node)) return null;
    const whole = document.createRange();
    whole.selectNodeContents(this.node);
    let start = range.compareBoundaryPoints(Range.START_TO_START, whole) <= 0 ? 0 : this.pointOf(range.startContainer, range.startOffset);
    let end = range.compareBoundaryPoints(Range.END_TO_END, whole) >= 0 ? this.size : this.pointOf(range.endContainer, range.endOffset);
    const points = Array.from(this.words({ start, end }));
    let first = 0;
    let last = points.length;
    while (first < last && !WORDS.test(points[first])) first += 1;
    while (last > first && !WORDS.test(points[last - 1])) last -= 1;
    return first < last ? { start: start + first, end: start + last } : null;
  }

  get size() {
    return this.paragraphs.at(-1)?.end ?? 0;
  }

  /** The offset of a point of the page that lies in the text. */
  pointOf(container, offset) {
    if (container === this.node) return this.paragraphs[offset]?.start ?? this.size;
    const block = (container.nodeType === Node.TEXT_NODE ? container.parentNode : container).closest(".paragraph");
    const paragraph = this.paragraphs[block.dataset.place];
    const before = document.createRange();
    before.selectNodeContents(block);
    before.setEnd(container, offset);
    return paragraph.pointAt(before.toString().length);
  }

  /** The range of the page that spans an offset and another. */
  rangeOf({ start, end }) {
    const range = document.createRange();
    range.setStart(...this.placeOf(start));
    range.setEnd(...this.placeOf(end, true));
    return range;
  }

  placeOf(point, isEnd = false) {
    const place = paragraphAt(this.paragraphs, isEnd ? Math.max(point - 1, 0) : point);
    let unit = this.paragraphs[place].unitAt(point);
    const walker = document.createTreeWalker(this.blocks[place], NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { length } = walker.currentNode.data;
      if (unit < length || (isEnd && unit === length)) return [walker.currentNode, unit];
      unit -= length;
    }
    return [this.blocks[place], this.blocks[place].childNodes.length];
  }
}

function size(mark) {
  return mark.end - mark.start;
}
