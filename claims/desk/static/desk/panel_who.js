// Who says it: each with the part they have, how sure that is, and the words by which the text names them.
import { button, make, write } from "./elements.js";
import { Field, Rows, select, spanLine } from "./fields.js";
import { nearest, same } from "./forms.js";
import { say } from "./words.js";

export function who(desk) {
  const list = make("div", { className: "desk-people" });
  const rows = new Rows(list, (place) => person(desk, place));
  const field = new Field(say("who"), { members: ["speakers"], className: "is-who" }, list);
  return {
    node: make("div", { className: "desk-part" }, field.node),
    show(item, errors) {
      rows.show(item.form.speakers ?? [], item);
      const { length } = item.form.speakers ?? [];
      list.classList.toggle("is-empty", length === 0);
      list.classList.toggle("is-several", length > 1);
      list.dataset.empty = say("nobody_yet");
      field.mark(item, errors);
    },
  };
}

/** What of a speaker of an open item nobody chose: who it is, and the words that name them. */
function guessesOf(desk, item, one) {
  if (item.state !== "open") return {};
  const guessed = item.guessed?.speakers ?? [];
  const isMention = (span) => guessed.some(({ mention }) => same(mention, span)) || (one.id !== null && same(nearest(desk.record, one.id, item), span));
  return {
    name: guessed.some(({ id }) => id === one.id),
    mention: Boolean(one.mention) && isMention(one.mention),
    role: Boolean(one.role) && guessed.some(({ role }) => same(role, one.role)),
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
      make("div", { className: "desk-person-who" }, number, name, held, kind, certainty, remove),
      make("div", { className: "desk-person-printed" }, mention.node, role.node)),
    show(one, item) {
      const member = desk.record.memberOf(one.id);
      const unknown = one.id === null;
      const shown = unknown ? desk.textOf(one.mention) || say("somebody") : desk.record.nameOf(one.id);
      const guesses = guessesOf(desk, item, one);
      write(number, member ? String(member.number) : unknown ? "?" : "");
      write(name, unknown ? say("unknown_name", { name: shown }) : shown);
      name.title = name.textContent;
      name.classList.toggle("is-unknown", unknown);
      name.classList.toggle("is-guess", Boolean(guesses.name));
      remove.setAttribute("aria-label", say("remove", { what: shown }));
      write(held.firstChild, roleOf(desk, one, member));
      held.title = `${held.firstChild.textContent} — ${say("role_held")}`;
      held.hidden = unknown || (member !== null && member.type !== "person" && !member.role && !one.membership);
      kind.hidden = certainty.hidden = unknown;
      kind.value = one.kind;
      certainty.value = one.certainty ?? "certain";
      mention.show(one.mention, guesses.mention);
      role.show(one.role, guesses.role);
    },
  };
}

/** The role chosen; the one held then, where none is; else that there is a choice. */
function roleOf(desk, { membership }, member) {
  if (membership === null) return say("role_none");
  if (membership) return desk.record.names[membership] ?? (member?.membership === membership ? member.role : say("role_chosen"));
  return member?.role || say("role_then");
}
