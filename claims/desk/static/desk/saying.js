// Who says it: somebody chosen for the current statement, or for words that nobody put forward.
import { onBehalfOf, relayedBy, saidBy } from "./forms.js";
import { quoted } from "./selected.js";
import { uuid7 } from "./outbox.js";
import { say } from "./words.js";

/** A speaker under a number: of the selected words where there are some, else of the current ones. */
export function speakerOf(desk, id, prefix) {
  if (prefix === "relay") return passOn(desk, id);
  if (prefix === "behalf") return speakFor(desk, id);
  const selected = desk.selection();
  if (selected) return mark(desk, selected, id);
  const item = desk.current;
  if (!item) return desk.tell(say("nothing_current"));
  return desk.choose(saidBy(desk.record, item, id), { message: say("says_it", { name: desk.record.nameOf(id) }) });
}

/** Mark words that no engine proposed; those that are an item already are taken for what they are. */
function mark(desk, selected, id) {
  if (!desk.isFree() || !desk.record.may.attribute) return undefined;
  const { record } = desk;
  const found = quoted(desk, selected);
  const [[start, end]] = found.segments;
  const there = record.at(start, end);
  const name = record.nameOf(id);
  desk.dropSelection();
  if (there) {
    desk.turnTo(there.id, { quiet: true });
    if (["rejected", "covered"].includes(there.state)) desk.decide([{ do: "reopen", about: there.id }]);
    return desk.choose(saidBy(record, record.get(there.id), id), { message: say("says_it", { name }) });
  }
  const item = { start, end, form: { ...found, is_headline: false, cue: null, speakers: [], relays: [] } };
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

/** Whoever is chosen speaks for somebody: on whose behalf, behind Shift+O. */
function speakFor(desk, id) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const patch = onBehalfOf(desk.record, item, id);
  const isAdded = patch.speakers.length > (item.form.speakers ?? []).length;
  return desk.choose(patch, { message: say(isAdded ? "on_behalf" : "no_longer_on_behalf", { name: desk.record.nameOf(id) }) });
}
