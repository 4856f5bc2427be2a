// Two people changed the same thing: what each chose, side by side, to choose from.
import { make } from "../elements.js";
import { show } from "./dialog.js";
import { fill, freshId } from "./sentences.js";

/** Do two values say the same, whatever the order of their members? */
function isSame(one, other) {
  return canonical(one) === canonical(other);
}

function canonical(value) {
  return JSON.stringify(value ?? null, (_name, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * Ask which to keep of `mine`, the members I chose, and `theirs`, the form as it is now; `base` is the form that I saw,
 * `by` who changed it. `labels` are the members' names, `format(member, value)` a value in words. Resolves to the
 * members to send upon theirs, {} to leave theirs, null to decide later.
 */
export function settle({ mine, theirs, base = null, by = "", labels, format, words }) {
  const members = Object.keys(mine).filter((member) => !isSame(mine[member], theirs[member]));
  if (members.length === 0) return Promise.resolve({});
  return show({
    title: words.dialog_conflict,
    kind: "conflict",
    words,
    build(dialog) {
      const table = new Table({ members, mine, theirs, base, labels, format, words });
      const keep = () => {
        const open = table.firstOpen();
        if (open) {
          dialog.say(words.dialog_conflict_open, { isTrouble: true });
          open.focus();
        } else dialog.close(table.patch());
      };
      const told = by ? fill(words.dialog_conflict_by, { name: by }) : words.dialog_conflict_somebody;
      const isFurther = (member) => !(member in mine) && labels[member] && !isSame(theirs[member], base[member]);
      const further = base ? Object.keys(theirs).filter(isFurther) : [];
      dialog.body.append(
        make("p", { className: "dialog-note" }, told, " ", words.dialog_conflict_ask),
        make(
          "div",
          { className: "dialog-buttons" },
          dialog.button(words.dialog_all_mine, () => table.choose("mine")),
          dialog.button(words.dialog_all_theirs, () => table.choose("theirs")),
        ),
        table.node,
        ...(further.length ? [changes(further, theirs, labels, format, words)] : []),
      );
      dialog.foot.append(
        make("p", { className: "dialog-hint" }, words.dialog_hint_conflict),
        dialog.button(words.dialog_keep_chosen, keep, { isMain: true, keys: `${words.key_name_ctrl}+⏎` }),
        dialog.cancelButton(words.dialog_later),
      );
      dialog.node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
        event.preventDefault();
        keep();
      });
    },
  });
}

/** What else they changed, which stays. */
function changes(members, theirs, labels, format, words) {
  const say = (member) => fill(words.dialog_conflict_row, { member: labels[member], value: format(member, theirs[member]) || words.dialog_nothing });
  return make(
    "div",
    { className: "dialog-further" },
    make("p", { className: "dialog-note" }, words.dialog_conflict_further),
    make("ul", {}, members.map((member) => make("li", { dir: "auto" }, say(member)))),
  );
}

class Table {
  constructor({ members, mine, theirs, base, labels, format, words }) {
    Object.assign(this, { members, mine });
    const id = freshId("settle");
    const head = (side, label) => make("th", { scope: "col", id: `${id}-${side}` }, label);
    this.rows = members.map((member, place) => {
      const row = `${id}-${place}`;
      // where they left it as I had seen it, mine takes nothing away from them
      const isMineAlone = base !== null && isSame(theirs[member], base[member]);
      const cell = (side, value) =>
        make(
          "td",
          { data: { side: words[`dialog_${side}`] } },
          make(
            "label",
            { className: "dialog-radio" },
            make("input", {
              type: "radio",
              name: row,
              value: side,
              checked: isMineAlone && side === "mine",
              aria: { labelledby: `${row} ${id}-${side} ${row}-${side}` },
            }),
            make("span", { id: `${row}-${side}`, dir: "auto" }, value || words.dialog_nothing),
          ),
        );
      return make(
        "tr",
        {},
        make("th", { scope: "row", id: row }, labels[member] ?? member),
        cell("mine", format(member, mine[member])),
        cell("theirs", format(member, theirs[member])),
      );
    });
    const heads = [
      make("th", { scope: "col" }, words.dialog_member),
      head("mine", words.dialog_mine),
      head("theirs", words.dialog_theirs),
    ];
    this.node = make(
      "table",
      { className: "dialog-settle" },
      make("thead", {}, make("tr", {}, heads)),
      make("tbody", {}, this.rows),
    );
  }

  choose(side) {
    for (const row of this.rows) row.querySelector(`[value=${side}]`).checked = true;
  }

  /** The first choice that nobody made yet. */
  firstOpen() {
    return this.rows.find((row) => !row.querySelector(":checked"))?.querySelector("input") ?? null;
  }

  patch() {
    const chosen = this.members.filter((_member, place) => this.rows[place].querySelector(":checked").value === "mine");
    return Object.fromEntries(chosen.map((member) => [member, this.mine[member]]));
  }
}
