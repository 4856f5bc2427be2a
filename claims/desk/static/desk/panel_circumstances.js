// When it was said; and, where there is any, at what, about what, who passes it on, and where it stands as well.
import { button, make, write } from "./elements.js";
import { chips, Extra, Field, fill, input, Rows, select, spanLine } from "./fields.js";
import { Likely } from "./likely.js";
import { page, say } from "./words.js";

/** The day, as it is known and as it is printed. */
export function when(desk) {
  const date = input(say("said_at"), (value) => desk.command("said_at", value), { placeholder: say("said_at_hint"), autocomplete: "off" });
  const basis = select("bases", say("said_at_basis"), (value) => desk.choose({ said_at_basis: value || null }), { empty: say("basis_none") });
  const printed = input(say("said_at_text"), (value) => desk.choose({ said_at_text: value }), { lang: page.text_language, dir: "auto", placeholder: say("said_at_text") });
  const take = button(say("take"), () => desk.command("take", "date"), { key: "b", shortcut: "b", className: "desk-take", spoken: say("take_for", { what: say("said_at_text") }), title: say("take_title") });
  const field = new Field(
    say("said_at"),
    { members: ["said_at", "said_at_text", "said_at_basis"], className: "is-when" },
    make("div", { className: "desk-line is-terms" }, date, basis, printed, take),
  );
  return {
    node: make("div", { className: "desk-part" }, field.node),
    show(item, errors) {
      fill(date, item.form.said_at ?? "");
      fill(printed, item.form.said_at_text ?? "");
      basis.value = item.form.said_at_basis ?? "";
      field.mark(item, errors);
    },
  };
}

/** More who say it, the event, the topics, who passes it on, the same elsewhere: in one row of buttons until there are any. */
export function circumstances(desk, ...others) {
  const add = (label, kind) => make("div", { className: "desk-extra" }, button(say(label), () => desk.command("add_speaker", kind), { className: "desk-add" }));
  const parts = [occasion(desk), subjects(desk), relays(desk), same(desk), ...others];
  return {
    node: make("div", { className: "desk-part desk-extras" }, add("add_joint", "speaker"), add("add_other", "on_behalf_of"), parts.map((part) => part.node)),
    show: (item, errors) => parts.forEach((part) => part.show(item, errors)),
  };
}

/** One or more things that a dialog finds. */
function found(desk, { label, member, key, command, remove, read }) {
  const things = chips(remove);
  const asking = button(label, () => desk.command(command), { key, shortcut: key, className: "desk-add", spoken: say("choose_for", { what: label }) });
  const field = new Extra(label, { members: [member] }, asking, things.node);
  return {
    node: field.node,
    asking,
    show(item, errors) {
      const named = read(item);
      field.set(named.length > 0);
      things.show(named);
      field.mark(item, errors);
    },
  };
}

function occasion(desk) {
  const named = (id) => desk.record.events.get(id) ?? { id, name: "…" };
  return found(desk, {
    label: say("event"), member: "event", key: "e", command: "event",
    remove: () => desk.choose({ event: null }), read: ({ form }) => (form.event ? [named(form.event)] : []),
  });
}

function subjects(desk) {
  return found(desk, {
    label: say("topics"), member: "topics", key: "t", command: "topics",
    remove: (id) => desk.choose({ topics: desk.current.form.topics.filter((one) => one !== id) }),
    read: ({ form }) => (form.topics ?? []).map((id) => desk.record.topics.get(id) ?? { id, name: "…" }),
  });
}

function same(desk) {
  const named = (id) => {
    const one = desk.record.statements.get(id);
    return { id, name: one ? `${say("quoted", { words: one.words })} ${one.label ?? ""}` : "…" };
  };
  const field = found(desk, {
    label: say("same_as"), member: "same_as", key: "l", command: "link",
    remove: () => desk.command("unlink"),
    read: ({ link, form }) => ((link ?? form.same_as) ? [named(link ?? form.same_as)] : []),
  });
  const count = make("span", { className: "desk-likely", hidden: true });
  field.asking.append(count);
  const likely = new Likely(() => desk.outbox.acts.length === 0, (number) => {
    count.hidden = number === 0;
    write(count, number ? say("likely", { number }) : "");
    field.asking.title = number ? say("likely_long", { number }) : "";
  });
  return {
    node: field.node,
    show(item, errors) {
      field.show(item, errors);
      likely.of(item);
    },
  };
}

function relays(desk) {
  const label = say("relays");
  const list = make("div", { className: "desk-relays" });
  const change = (place, values) => desk.choose({ relays: desk.current.form.relays.map((one, n) => (n === place ? { ...one, ...values } : one)) });
  const rows = new Rows(list, (place) => {
    const name = make("span", { className: "desk-name", dir: "auto" });
    const span = spanLine(desk, say("mention"), "", {
      take: () => desk.withSelection((words) => change(place, { mention: [words.start, words.end] })), clear: () => change(place, { mention: null }), short: say("key_take_name"),
    });
    const remove = button("×", () => desk.choose({ relays: desk.current.form.relays.filter((_, n) => n !== place) }), { className: "desk-clear" });
    return {
      node: make("div", { className: "desk-relay" }, name, span.node, remove),
      show(one) {
        const shown = one.id ? desk.record.nameOf(one.id) : say("unknown_name", { name: desk.textOf(one.mention) });
        write(name, shown);
        name.title = shown;
        name.classList.toggle("is-unknown", !one.id);
        remove.setAttribute("aria-label", say("remove", { what: shown }));
        span.show(one.mention);
      },
    };
  });
  const key = page.mode === "attribute" ? "r" : "";
  const field = new Extra(
    label,
    { members: ["relays"], className: "is-relays" },
    button(label, () => desk.command("find_relay"), { key, shortcut: key || undefined, className: "desk-add", title: say("add_relay") }),
    list,
  );
  return {
    node: field.node,
    show(item, errors) {
      const all = item.form.relays ?? [];
      field.set(all.length > 0);
      rows.show(all);
      field.mark(item, errors);
    },
  };
}
