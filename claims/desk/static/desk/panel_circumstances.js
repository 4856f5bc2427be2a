// When, where and about what it was said; who passes it on; and what it is part of, or the same as.
import { button, make, write } from "./elements.js";
import { Field, fill, input, Rows, select, spanLine } from "./fields.js";
import { page, say } from "./words.js";

export function circumstances(desk) {
  const parts = [when(desk), occasion(desk), relays(desk), others(desk)];
  return {
    node: make("div", { className: "desk-part" }, parts.map((part) => part.node)),
    show: (item, errors) => parts.forEach((part) => part.show(item, errors)),
  };
}

function when(desk) {
  const date = input(say("said_at"), (value) => desk.command("said_at", value), { placeholder: say("said_at_hint"), size: 12, autocomplete: "off" });
  const basis = select("bases", say("said_at_basis"), (value) => desk.choose({ said_at_basis: value || null }), { empty: say("basis_none") });
  const printed = input(say("said_at_text"), (value) => desk.choose({ said_at_text: value }), { lang: page.text_language, dir: "auto" });
  const take = button(say("take"), () => desk.command("take", "date"), { key: "b", shortcut: "b", className: "desk-take", spoken: say("take_for", { what: say("said_at_text") }), title: say("take_title") });
  const field = new Field(
    say("said_at"),
    { members: ["said_at", "said_at_text", "said_at_basis"] },
    make("div", { className: "desk-line" }, date, basis),
    make("div", { className: "desk-line" }, make("span", { className: "desk-small", textContent: say("said_at_text") }), printed, take),
  );
  return {
    node: field.node,
    show(item, errors) {
      fill(date, item.form.said_at ?? "");
      fill(printed, item.form.said_at_text ?? "");
      basis.value = item.form.said_at_basis ?? "";
      field.mark(item, errors);
    },
  };
}

/** Things chosen, each with a button that takes it away. */
function chips(remove) {
  const node = make("span", { className: "desk-things" });
  return {
    node,
    show(things) {
      node.replaceChildren(...things.map(({ id, name }) =>
        make("span", { className: "desk-thing" }, make("span", { textContent: name, dir: "auto" }),
          button("×", () => remove(id), { className: "desk-clear", spoken: say("remove", { what: name }) }))));
    },
  };
}

function occasion(desk) {
  const event = chips(() => desk.choose({ event: null }));
  const topics = chips((id) => desk.choose({ topics: desk.current.form.topics.filter((one) => one !== id) }));
  const fields = [
    new Field(say("event"), { members: ["event"], className: "is-short" }, event.node,
      button(say("choose"), () => desk.command("event"), { key: "e", shortcut: "e", className: "desk-add", spoken: say("choose_for", { what: say("event") }) })),
    new Field(say("topics"), { members: ["topics"], className: "is-short" }, topics.node,
      button(say("choose"), () => desk.command("topics"), { key: "t", shortcut: "t", className: "desk-add", spoken: say("choose_for", { what: say("topics") }) })),
  ];
  return {
    node: make("div", { className: "desk-fields-in" }, fields.map((field) => field.node)),
    show(item, errors) {
      const { event: at, topics: about = [] } = item.form;
      event.show(at ? [desk.record.events.get(at) ?? { id: at, name: "…" }] : []);
      topics.show(about.map((id) => desk.record.topics.get(id) ?? { id, name: "…" }));
      for (const field of fields) field.mark(item, errors);
    },
  };
}

function relays(desk) {
  const list = make("div", { className: "desk-relays" });
  const change = (place, values) => desk.choose({ relays: desk.current.form.relays.map((one, n) => (n === place ? { ...one, ...values } : one)) });
  const rows = new Rows(list, (place) => {
    const name = make("span", { className: "desk-name", dir: "auto" });
    const span = spanLine(desk, say("mention"), "", {
      take: () => desk.withSelection((words) => change(place, { mention: [words.start, words.end] })), clear: () => change(place, { mention: null }),
    });
    const remove = button("×", () => desk.choose({ relays: desk.current.form.relays.filter((_, n) => n !== place) }), { className: "desk-clear" });
    return {
      node: make("div", { className: "desk-line" }, name, span.node, remove),
      show(one) {
        const shown = one.id ? desk.record.nameOf(one.id) : say("unknown_name", { name: desk.textOf(one.mention) });
        write(name, shown);
        remove.setAttribute("aria-label", say("remove", { what: shown }));
        span.show(one.mention);
      },
    };
  });
  const field = new Field(say("relays"), { members: ["relays"], className: "is-short" }, list,
    button(say("add_relay"), () => desk.command("find_relay"), { key: page.mode === "attribute" ? "r" : "", shortcut: page.mode === "attribute" ? "r" : undefined, className: "desk-add" }));
  return {
    node: field.node,
    show(item, errors) {
      rows.show(item.form.relays ?? []);
      field.mark(item, errors);
    },
  };
}

function others(desk) {
  const inside = chips(() => desk.choose({ inside: null }));
  const link = chips(() => desk.command("unlink"));
  const fields = [
    new Field(say("inside"), { members: ["inside"], className: "is-short" }, inside.node,
      button(say("choose"), () => desk.command("outer"), { className: "desk-add", spoken: say("choose_for", { what: say("inside") }) })),
    new Field(say("same_as"), { members: ["same_as"], className: "is-short" }, link.node,
      button(say("choose"), () => desk.command("link"), { key: "l", shortcut: "l", className: "desk-add", spoken: say("choose_for", { what: say("same_as") }) })),
  ];
  const named = (id) => {
    const one = desk.record.statements.get(id);
    return { id, name: one ? `“${one.words}” ${one.label ?? ""}` : "…" };
  };
  return {
    node: make("div", { className: "desk-fields-in" }, fields.map((field) => field.node)),
    show(item, errors) {
      const same = item.link ?? item.form.same_as;
      inside.show(item.form.inside ? [named(item.form.inside)] : []);
      link.show(same ? [named(same)] : []);
      for (const field of fields) field.mark(item, errors);
    },
  };
}
