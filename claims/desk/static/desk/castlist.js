// The speakers of a source under their numbers: one digit, or one click, is one speaker.
import { button, keycap, make, write } from "./elements.js";
import { sayers } from "./forms.js";
import { say } from "./words.js";

export class CastList {
  constructor(node, { choose, join, find }) {
    this.node = make("ul", { className: "desk-cast-list" });
    this.rows = new Map();
    Object.assign(this, { choose, join });
    this.find = button(say("find_speaker"), find, { key: "/", shortcut: "/", className: "desk-cast-find", disabled: true });
    this.more = button("", () => this.unfold(!this.isUnfolded), { className: "desk-cast-more" });
    this.more.setAttribute("aria-expanded", "false");
    this.more.hidden = true;
    node.append(make("div", { className: "desk-cast-tools" }, this.more, this.find), this.node);
    // how many stand in a line depends on the window
    new ResizeObserver(() => this.offerMore()).observe(this.node);
  }

  /** List the cast; those there already stay where they are. */
  list(cast) {
    this.find.disabled = false;
    for (const one of cast) {
      const row = this.rows.get(one.id) ?? this.row(one);
      write(row.name, one.name);
      write(row.role, one.role ?? "");
      row.main.title = [one.name, one.role].filter(Boolean).join(" — ");
    }
    this.offerMore();
  }

  /** Show all of them, or two lines of them. */
  unfold(isUnfolded) {
    this.isUnfolded = isUnfolded;
    this.node.classList.toggle("is-unfolded", isUnfolded);
    this.more.setAttribute("aria-expanded", String(isUnfolded));
    this.offerMore();
  }

  offerMore() {
    write(this.more.firstChild, this.isUnfolded ? say("cast_fewer") : say("cast_all", { number: this.rows.size }));
    this.more.hidden = !this.isUnfolded && this.node.scrollHeight <= this.node.clientHeight + 1;
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
      if (row.main.getAttribute("aria-pressed") === pressed) continue;
      row.main.setAttribute("aria-pressed", pressed);
      if (pressed === "true" && !this.more.hidden) row.item.scrollIntoView({ block: "nearest" });
    }
  }
}
