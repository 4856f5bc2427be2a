// The keys that stand on no button, in one line; all of them behind the question mark.
import { button, keycap, make } from "./elements.js";
import { GROUPS, keyName } from "./keys.js";
import { page, say, term } from "./words.js";

const SHOWN = { Enter: "⏎", Shift: "⇧" };
const MOVING = say("keys_moving");
/** What the buttons of the panel and of the cast show the key of. */
const ON_BUTTONS = new Set([
  "accept", "approve", "reject", "undo", "send", "publish", "return", "next", "previous", "help", "find_speaker",
  "topics", "event", "link", "type", "headline",
]);

/** The groups as the help dialog takes them, and as the legend shows the short ones; terms with what they mean. */
export function legendOf(mode) {
  return GROUPS.filter((one) => !one.mode || one.mode === mode).map(({ title, vocabulary, rows }) => ({
    title: say(title),
    keys: rows
      .filter((row) => !row.mode || row.mode === mode)
      .map((row) => ({
        keys: row.keys,
        short: Boolean(row.short) && !ON_BUTTONS.has(row.does),
        does: row.term ? say("term_means", { term: term(vocabulary, row.term), meaning: say(`meaning_${row.term}`) }) : say(`key_${row.does}`),
      })),
  }));
}

export class Legend {
  constructor(node, help) {
    const all = legendOf(page.mode).filter(({ keys }) => keys.some((row) => row.short));
    // where it does not fit, how to move about is the first to go
    const shown = [...all.filter(({ title }) => title !== MOVING), ...all.filter(({ title }) => title === MOVING)];
    node.append(
      make("div", { className: "desk-legend-groups" }, shown.map(group)),
      button(say("key_help"), help, { key: "?", shortcut: "?", className: "desk-legend-help" }),
    );
  }
}

function group({ title, keys }) {
  const rows = keys.filter((row) => row.short);
  return make(
    "dl",
    { className: "desk-legend-group", aria: { label: title } },
    make("dt", { textContent: title }),
    rows.map(({ keys: pressed, does }) =>
      make("dd", {}, make("span", { className: "desk-chord" }, pressed.map((one) => keycap(SHOWN[one] ?? keyName(one)))), ` ${does}`),
    ),
  );
}
