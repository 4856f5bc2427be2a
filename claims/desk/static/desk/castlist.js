// The speakers of a source under their numbers: one digit, or one click, is one speaker.
import { button, keycap, make, write } from "./elements.js";
import { sayers } from "./forms.js";
import { say } from "./words.js";

export class CastList {
  constructor(node, { choose, join, find }) {
    this.node = make("ul", { className: "desk-cast-list" });
    this.rows = new Map();
    Object.assign(this, { choose, join });
    this.find = button(say("find_speaker"), find, { key: "/", shortcut: "/", className: "desk-cast-find" });
    node.append(this.find, this.node);
  }

  /** List the cast; those there already stay where they are. */
  list(cast) {
    for (const one of cast) {
      const row = this.rows.get(one.id) ?? this.row(one);
      write(row.name, one.name);
      write(row.role, one.role ?? "");
      row.main.title = [one.name, one.role].filter(Boolean).join(" — ");
    }
  }

  row(one) {
    const { number } = one;
    const digit = number <= 10 ? String(number % 10) : null;
    const name = make("span", { className: "desk-cast-name", dir: "auto" });
    const role = make("span", { className: "desk-cast-role", dir: "auto" });
    const still = { mousedown: (event) => event.preventDefault() };
    const main = make(
      "button",
      {
        type: "button",
        className: "desk-cast-main",
        aria: { keyshortcuts: digit, pressed: "false" },
        on: { ...still, click: (event) => (event.altKey ? this.join(one.id) : this.choose(one.id)) },
      },
      digit ? keycap(digit) : make("span", { className: "desk-cast-number", textContent: number }),
      name,
      role,
    );
    const also = make(
      "button",
      {
        type: "button",
        className: "desk-cast-also",
        textContent: "+",
        title: say("joint_title", { key: digit ? `Alt+${digit}` : "" }),
        aria: { label: say("joint", { name: one.name }), keyshortcuts: digit ? `Alt+${digit}` : undefined },
        on: { ...still, click: () => this.join(one.id) },
      },
    );
    const item = make("li", {}, main, also);
    item.value = number;
    const after = [...this.rows.values()].filter((row) => row.number > number).sort((a, b) => a.number - b.number)[0];
    this.node.insertBefore(item, after?.item ?? null);
    const row = { number, item, main, name, role };
    this.rows.set(one.id, row);
    return row;
  }

  /** Show who says the current item. */
  show(item) {
    const said = new Set(item ? sayers(item.form ?? {}).map((one) => one.id) : []);
    for (const [id, row] of this.rows) {
      const pressed = String(said.has(id));
      if (row.main.getAttribute("aria-pressed") !== pressed) row.main.setAttribute("aria-pressed", pressed);
    }
  }
}
