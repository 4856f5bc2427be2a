// Which key does what: the one table of which the page acts, the legend is made and help speaks.
// `keys` as pressed (letters by what they write, digits by where they are), `does` the name of the command.
import { page } from "./words.js";

export const ACTS = [
  ["A", "assert"], ["D", "deny"], ["P", "promise"], ["M", "demand"], ["W", "warn"], ["T", "threaten"], ["U", "accuse"],
  ["C", "condemn"], ["R", "praise"], ["G", "agree"], ["I", "admit"], ["N", "announce"], ["K", "ask"], ["L", "apologise"],
  ["Z", "decline_to_comment"], ["E", "express"],
];
export const ATTITUDES = [
  ["c", "concern"], ["f", "fear"], ["g", "regret"], ["a", "anger"], ["s", "satisfaction"], ["p", "support"],
  ["o", "opposition"], ["d", "doubt"], ["y", "solidarity"],
];
const SPANS = [["w", "words"], ["v", "cue"], ["n", "name"], ["i", "role"], ["b", "date"], ["z", "segment"]];

/** Groups of rows {keys, does, short}; `short` ones stand in the legend, those with a `mode` only while that is on. */
export const GROUPS = [
  { title: "keys_deciding", rows: [
    { keys: ["Enter"], does: "accept", short: true, mode: "attribute" },
    { keys: ["Enter"], does: "approve", short: true, mode: "review" },
    { keys: ["Shift", "Enter"], does: "accept_all", short: true, mode: "attribute" },
    { keys: ["x"], does: "reject", short: true, mode: "attribute" },
    { keys: ["u"], does: "undo", short: true, mode: "attribute" },
    { keys: ["Ctrl", "Enter"], does: "send", short: true, mode: "attribute" },
    { keys: ["Ctrl", "Enter"], does: "publish", short: true, mode: "review" },
    { keys: ["r"], does: "return", short: true, mode: "review" },
  ] },
  { title: "keys_moving", rows: [
    { keys: ["j", "↓"], does: "next", short: true },
    { keys: ["k", "↑"], does: "previous", short: true },
    { keys: ["←", "→"], does: "cursor" },
    { keys: ["Shift", "←→↑↓"], does: "select", short: true },
    { keys: ["Home", "End"], does: "paragraph" },
    { keys: ["."], does: "overview", short: true },
    { keys: ["m"], does: "details", short: true },
    { keys: ["Esc"], does: "back" },
    { keys: ["?"], does: "help", short: true },
  ] },
  { title: "keys_saying", mode: "attribute", rows: [
    { keys: ["1…9 0"], does: "speaker", short: true },
    { keys: ["Alt", "1…9 0"], does: "joint", short: true },
    { keys: ["/"], does: "find_speaker", short: true },
    { keys: ["r"], does: "relay", short: true },
    { keys: ["Shift", "O"], does: "behalf" },
    { keys: ["t"], does: "topics", short: true },
    { keys: ["e"], does: "event", short: true },
    { keys: ["l"], does: "link", short: true },
    { keys: ["q"], does: "type", short: true },
    { keys: ["h"], does: "headline", short: true },
    { keys: ["Shift", "B"], does: "as_before" },
    { keys: ["Alt", "← →"], does: "edge_end" },
    { keys: ["Alt", "Shift", "← →"], does: "edge_start" },
  ] },
  { title: "keys_selected", mode: "attribute", rows: [
    { keys: ["1…9 0"], does: "mark", short: true },
    { keys: ["w"], does: "take_words", short: true },
    { keys: ["z"], does: "take_segment" },
    { keys: ["v"], does: "take_cue", short: true },
    { keys: ["n"], does: "take_name", short: true },
    { keys: ["i"], does: "take_role", short: true },
    { keys: ["b"], does: "take_date", short: true },
    { keys: ["Shift", "1…3"], does: "take_phrase" },
  ] },
  { title: "keys_intensity", mode: "attribute", rows: [
    { keys: ["Shift", "1…3"], does: "intensity" },
    { keys: ["Shift", "0"], does: "no_intensity" },
  ] },
  { title: "keys_attitude", mode: "attribute", vocabulary: "attitudes", rows: ATTITUDES.map(([key, value]) => ({ keys: [key], term: value })) },
  { title: "keys_act", mode: "attribute", vocabulary: "acts", rows: ACTS.map(([key, value]) => ({ keys: ["Shift", key], term: value })) },
];

const PLAIN = {
  x: "reject", u: "undo", j: "next", k: "previous", m: "details", t: "topics", e: "event", r: "relay", l: "link",
  q: "type", h: "headline",
};
const NAMED = {
  Enter: "accept", Escape: "back", ArrowDown: "next", ArrowUp: "previous", "/": "find_speaker", "?": "help", ".": "overview",
};
const ACT_OF = new Map(ACTS.map(([key, value]) => [key.toLowerCase(), value]));
const ATTITUDE_OF = new Map(ATTITUDES);
const SPAN_OF = new Map(SPANS);

/** The digit of a key wherever the layout puts it, 10 for 0; null for other keys. */
function digitOf(event) {
  const digit = event.code.match(/^(?:Digit|Numpad)([0-9])$/)?.[1];
  if (digit === undefined || (event.code.startsWith("Numpad") && !/^[0-9]$/.test(event.key))) return null;
  return digit === "0" ? 10 : Number(digit);
}

/** What a key is called in the reader's language. */
export function keyName(key) {
  return page.words[`key_name_${key.toLowerCase()}`] ?? key;
}

/** What a key press asks for as [command, argument]; null where it is not the desk's. */
export function commandOf(event) {
  const { key, shiftKey, altKey, ctrlKey } = event;
  // half a character is none yet; with Option, which Firefox calls AltGraph, it is a digit all the same
  if (event.isComposing || event.metaKey || key === "Process") return null;
  if (!altKey && (key === "Dead" || event.getModifierState("AltGraph"))) return null;
  if (ctrlKey) return key === "Enter" && !shiftKey && !altKey ? ["send"] : null;
  const digit = digitOf(event);
  if (altKey && (key === "ArrowLeft" || key === "ArrowRight")) return ["edge", { key, shiftKey }];
  if (altKey) return digit !== null && !shiftKey ? ["joint", digit] : null;
  if (key === "/" || key === "?" || key === ".") return [NAMED[key]];
  if (digit !== null) return shiftKey ? intensityOf(digit) : ["speaker", digit];
  if (shiftKey && key === "Enter") return ["accept_all"];
  if (key.startsWith("Arrow") && (shiftKey || key === "ArrowLeft" || key === "ArrowRight")) return ["cursor", { key, shiftKey }];
  if (key === "Home" || key === "End") return ["cursor", { key, shiftKey }];
  if (key in NAMED && !shiftKey) return [NAMED[key]];
  if (key.length !== 1) return null;
  return letter(key.toLowerCase(), shiftKey);
}

function intensityOf(digit) {
  if (digit === 10) return ["intensity", 0];
  return digit <= 3 ? ["intensity", digit] : null;
}

function letter(key, shiftKey) {
  if (shiftKey) {
    if (key === "b") return ["as_before"];
    if (key === "o") return ["behalf"];
    return ACT_OF.has(key) ? ["act", ACT_OF.get(key)] : null;
  }
  if (SPAN_OF.has(key)) return ["take", SPAN_OF.get(key)];
  if (ATTITUDE_OF.has(key)) return ["attitude", ATTITUDE_OF.get(key)];
  return key in PLAIN ? [PLAIN[key]] : null;
}

/** The key of a term, as it stands on its button. */
export function keyOf(vocabulary, value) {
  const found = (vocabulary === "acts" ? ACTS : ATTITUDES).find(([, one]) => one === value);
  return found ? (vocabulary === "acts" ? `⇧${found[0]}` : found[0]) : "";
}

/** The same, as aria-keyshortcuts has it. */
export function shortcutOf(vocabulary, value) {
  return keyOf(vocabulary, value).replace("⇧", "Shift+");
}
