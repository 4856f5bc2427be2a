// Who says it: somebody chosen for the current statement, or for words that nobody put forward.
import { asQuoted, relayedBy, saidBy } from "./forms.js";
import { uuid7 } from "./outbox.js";
import { say } from "./words.js";

/** A speaker under a number: of the selected words where there are some, else of the current ones. */
export function speakerOf(desk, id, prefix) {
  if (prefix === "relay") return passOn(desk, id);
  const selected = desk.selection();
  if (selected) return mark(desk, selected, id);
  const item = desk.current;
  if (!item) return desk.tell(say("nothing_current"));
  return desk.choose(saidBy(desk.record, item, id), { message: say("says_it", { name: desk.record.nameOf(id) }) });
}

/** Mark words that no engine proposed; those that are an item already are taken for what they are. */
function mark(desk, selected, id) {
  if (!desk.isFree() || !desk.record.may.attribute) return undefined;
  const { view, record } = desk;
  const words = view.words(selected);
  const before = view.words({ start: Math.max(0, selected.start - 3), end: selected.start });
  const after = view.words({ start: selected.end, end: Math.min(view.size, selected.end + 3) });
  const quoted = asQuoted(words, before, after, selected);
  const [[start, end]] = quoted.segments;
  const there = record.at(start, end);
  const name = record.nameOf(id);
  desk.dropSelection();
  if (there) {
    desk.turnTo(there.id, { quiet: true });
    if (["rejected", "covered"].includes(there.state)) desk.decide([{ do: "reopen", about: there.id }]);
    return desk.choose(saidBy(record, record.get(there.id), id), { message: say("says_it", { name }) });
  }
  const item = { start, end, form: { ...quoted, is_headline: false, cue: null, speakers: [], relays: [] } };
  const form = { ...item.form, ...saidBy(record, item, id) };
  const about = uuid7();
  desk.effort.pass();
  if (desk.id) desk.effort.move(desk.id, about);
  desk.decide([{ do: "mark", about, seen: null, with: { id: about, start, end, form } }]);
  desk.turnTo(about, { message: say("marked", { name }) });
  return undefined;
}

function passOn(desk, id) {
  const item = desk.current;
  if (!item?.form) return undefined;
  return desk.choose(relayedBy(desk.record, item, id), { message: say("relays_it", { name: desk.record.nameOf(id) }) });
}
