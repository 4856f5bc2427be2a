// Who says it: each with the part they have, how sure that is, and the words by which the text names them.
import { button, make, write } from "./elements.js";
import { Field, Rows, select, spanLine } from "./fields.js";
import { say } from "./words.js";

export function who(desk) {
  const list = make("div", { className: "desk-people" });
  const rows = new Rows(list, (place) => person(desk, place));
  const add = (label, kind) => button(say(label), () => desk.command("add_speaker", kind), { className: "desk-add" });
  const field = new Field(
    say("who"),
    { members: ["speakers"], className: "is-who" },
    list,
    make("div", { className: "desk-line" },
      button(say("find_speaker"), () => desk.command("find_speaker"), { key: "/", shortcut: "/", className: "desk-add" }),
      add("add_joint", "speaker"), add("add_other", "on_behalf_of")),
  );
  return {
    node: make("div", { className: "desk-part" }, field.node),
    show(item, errors) {
      rows.show(item.form.speakers ?? []);
      list.classList.toggle("is-empty", !(item.form.speakers ?? []).length);
      list.dataset.empty = say("nobody_yet");
      field.mark(item, errors);
    },
  };
}

function person(desk, place) {
  const change = (values) => desk.command("change_speaker", place, values);
  const number = make("span", { className: "desk-number" });
  const name = make("span", { className: "desk-name", dir: "auto" });
  const held = button("", () => desk.command("role_held", place), { className: "desk-held", title: say("role_held") });
  const kind = select("kinds", say("kind"), (value) => change({ kind: value }));
  const certainty = select("certainties", say("certainty"), (value) => change({ certainty: value }));
  const first = place === 0;
  const mention = spanLine(desk, say("mention"), first ? "n" : "", {
    take: () => desk.command("take_for", place, "mention"), clear: () => change({ mention: null }), short: say("key_take_name"),
  });
  const role = spanLine(desk, say("role_printed"), first ? "i" : "", {
    take: () => desk.command("take_for", place, "role"), clear: () => change({ role: null }), short: say("key_take_role"),
  });
  const remove = button("×", () => desk.command("remove_speaker", place), { className: "desk-clear" });
  return {
    node: make("div", { className: "desk-person" },
      make("div", { className: "desk-person-who" }, number, name, kind, certainty, remove),
      make("div", { className: "desk-person-printed" }, mention.node, role.node),
      held),
    show(one) {
      const member = desk.record.memberOf(one.id);
      const unknown = one.id === null;
      const shown = unknown ? desk.textOf(one.mention) || say("somebody") : desk.record.nameOf(one.id);
      write(number, member ? String(member.number) : unknown ? "?" : "");
      write(name, unknown ? say("unknown_name", { name: shown }) : shown);
      name.classList.toggle("is-unknown", unknown);
      remove.setAttribute("aria-label", say("remove", { what: shown }));
      write(held.firstChild, one.membership ? say("role_chosen") : one.membership === null ? say("role_none") : member?.role || say("role_then"));
      held.hidden = unknown || (member !== null && member.type !== "person" && !member.role && !one.membership);
      kind.hidden = certainty.hidden = unknown;
      kind.value = one.kind;
      certainty.value = one.certainty ?? "certain";
      mention.show(one.mention);
      role.show(one.role);
    },
  };
}
