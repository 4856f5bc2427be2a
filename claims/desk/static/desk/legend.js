// The keys, always in sight; what they are comes from keys.js, what they do in the reader's language.
import { button, keycap, make } from "./elements.js";
import { GROUPS } from "./keys.js";
import { page, say, term } from "./words.js";

const PLACE = "desk:legend";
const SHOWN = { Enter: "⏎", Shift: "⇧" };

/** The groups as the help dialog takes them, and as the legend shows the short ones. */
export function legendOf(mode) {
  return GROUPS.filter((one) => !one.mode || one.mode === mode).map(({ title, vocabulary, rows }) => ({
    title: say(title),
    keys: rows
      .filter((row) => !row.mode || row.mode === mode)
      .map((row) => ({
        keys: row.keys,
        short: Boolean(row.short),
        does: row.term ? term(vocabulary, row.term) : say(`key_${row.does}`),
      })),
  }));
}

export class Legend {
  constructor(node, help) {
    const isOpen = localStorage.getItem(PLACE) !== "closed";
    this.node = node;
    // terms have their keys on their buttons
    const shown = legendOf(page.mode).filter(({ keys }) => keys.some((row) => row.short));
    this.groups = make("div", { className: "desk-legend-groups", id: "desk-legend-groups" }, shown.map(group));
    this.toggle = button(say("legend"), () => this.fold(), { className: "desk-legend-toggle" });
    this.toggle.setAttribute("aria-controls", "desk-legend-groups");
    node.append(this.toggle, this.groups, button(say("key_help"), help, { key: "?", shortcut: "?", className: "desk-legend-help" }));
    this.show(isOpen);
  }

  fold() {
    const isOpen = this.groups.hidden;
    localStorage.setItem(PLACE, isOpen ? "open" : "closed");
    this.show(isOpen);
  }

  show(isOpen) {
    this.groups.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
  }
}

function group({ title, keys }) {
  const rows = keys.filter((row) => row.short);
  return make(
    "dl",
    { className: "desk-legend-group", aria: { label: title } },
    make("dt", { textContent: title }),
    rows.map(({ keys: pressed, does }) =>
      make("dd", {}, make("span", { className: "desk-chord" }, pressed.map((one) => keycap(SHOWN[one] ?? one))), ` ${does}`),
    ),
  );
}
