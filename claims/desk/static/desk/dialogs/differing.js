// Where the words of two texts differ.
import { make } from "../elements.js";

const MOST_WORDS = 400;

/** The runs of `other` as [{text, differs}]: `differs` where its words are not, in this order, those of `mine`. */
export function differing(mine, other) {
  const before = mine.match(/\S+/gu) ?? [];
  const after = other.match(/\s+|\S+/gu) ?? [];
  if (before.length > MOST_WORDS || after.length > 2 * MOST_WORDS) return [{ text: other, differs: false }];
  const kept = common(before.map(bare), after.map((part) => (part.trim() ? bare(part) : null)));
  const isSpace = (place) => after[place].trim() === "";
  const isOther = (place) => place >= 0 && place < after.length && !isSpace(place) && !kept.has(place);
  const runs = [];
  after.forEach((text, place) => {
    // a space is marked between two words that are
    const differs = isSpace(place) ? isOther(place - 1) && isOther(place + 1) : isOther(place);
    const last = runs[runs.length - 1];
    if (last && last.differs === differs) last.text += text;
    else runs.push({ text, differs });
  });
  return runs;
}

/** A word without the marks around it and without capitals. */
function bare(word) {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "") || word;
}

/** The places in `after` of a longest common subsequence; null stands for a space. */
function common(before, after) {
  const width = after.length + 1;
  const longest = new Uint16Array((before.length + 1) * width);
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let two = after.length - 1; two >= 0; two -= 1) {
      longest[one * width + two] =
        before[one] === after[two]
          ? longest[(one + 1) * width + two + 1] + 1
          : Math.max(longest[(one + 1) * width + two], longest[one * width + two + 1]);
    }
  }
  const places = new Set();
  for (let one = 0, two = 0; one < before.length && two < after.length; ) {
    if (before[one] === after[two]) {
      places.add(two);
      one += 1;
      two += 1;
    } else if (longest[(one + 1) * width + two] >= longest[one * width + two + 1]) one += 1;
    else two += 1;
  }
  return places;
}

/** Nodes of `other`, what differs from `mine` marked. */
export function marked(mine, other) {
  const mark = (text) => make("mark", { className: "dialog-differs" }, text);
  return differing(mine, other).map(({ text, differs }) => (differs ? mark(text) : text));
}
