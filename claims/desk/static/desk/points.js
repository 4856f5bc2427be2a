// Offsets: the record counts code points, the browser UTF-16 units. One index a paragraph, made when it is wanted.

const LONGEST = 4000;
const SENTENCE_END = /[.!?…][»”"’)\]\s]*\s/gu;

/** A run of text from one line break to the next, the break included; `start` in code points of the whole text. */
export class Paragraph {
  constructor(text, start) {
    this.text = text;
    this.start = start;
    this.size = pointsIn(text);
    this.end = start + this.size;
    this.units = null;
  }

  /** The UTF-16 place in this paragraph of an offset of the whole text. */
  unitAt(point) {
    const place = point - this.start;
    if (this.size === this.text.length) return place;
    return this.index()[place];
  }

  /** The offset in the whole text of a UTF-16 place in this paragraph. */
  pointAt(unit) {
    if (this.size === this.text.length) return this.start + unit;
    const units = this.index();
    let low = 0;
    let high = units.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (units[middle] < unit) low = middle + 1;
      else high = middle;
    }
    return this.start + low;
  }

  index() {
    if (this.units === null) {
      this.units = new Uint32Array(this.size + 1);
      let unit = 0;
      let point = 0;
      for (const character of this.text) {
        this.units[point] = unit;
        unit += character.length;
        point += 1;
      }
      this.units[point] = unit;
    }
    return this.units;
  }
}

/** The number of code points of a text. */
export function pointsIn(text) {
  let size = text.length;
  for (let unit = 0; unit < text.length - 1; unit += 1) {
    const high = text.charCodeAt(unit);
    if (high < 0xd800 || high > 0xdbff) continue;
    const low = text.charCodeAt(unit + 1);
    if (low >= 0xdc00 && low <= 0xdfff) {
      size -= 1;
      unit += 1;
    }
  }
  return size;
}

/** A text in its paragraphs; put together they are the text again, carriage returns and all. Endless ones are cut. */
export function paragraphsOf(text) {
  const found = [];
  let start = 0;
  for (const run of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    for (const part of partsOf(run)) {
      const paragraph = new Paragraph(part, start);
      found.push(paragraph);
      start = paragraph.end;
    }
  }
  return found;
}

/** What is too long to be drawn anew at each key, cut where a sentence ends, a word, or at least a character. */
function partsOf(run) {
  const parts = [];
  let rest = run;
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST);
    const ends = [...head.matchAll(SENTENCE_END)];
    let cut = ends.length ? ends.at(-1).index + ends.at(-1)[0].length : head.lastIndexOf(" ") + 1;
    if (cut === 0) cut = LONGEST;
    const last = rest.charCodeAt(cut - 1);
    if (last >= 0xd800 && last <= 0xdbff) cut -= 1;
    parts.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...parts, rest];
}

/** The place in a sorted list of paragraphs of the one that has an offset. */
export function paragraphAt(paragraphs, point) {
  let low = 0;
  let high = paragraphs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (paragraphs[middle].start <= point) low = middle;
    else high = middle - 1;
  }
  return low;
}
