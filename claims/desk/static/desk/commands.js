// What the keys and the buttons do. Each gets the desk, what it was given, and the key that was pressed before it.
import * as asking from "./asking.js";
import * as choosing from "./choosing.js";
import { legendOf } from "./legend.js";
import { showLegend } from "./dialogs/help.js";
import { alsoSaidBy, fold, hasSpeaker, isPart, saidBy, sayers, unknownRelay, unknownSayer } from "./forms.js";
import { keyName } from "./keys.js";
import { speakerOf } from "./saying.js";
import { page, say } from "./words.js";

export const COMMANDS = {
  accept, approve, accept_all: acceptAll, reject, undo, send, next: move(1), previous: move(-1), cursor, details,
  back, help, speaker, speaker_of: speakerOf, joint, joint_of: jointOf, relay, behalf,
  type: choosing.type, type_is: choosing.typeIs, headline: choosing.headline, act: choosing.act, attitude: choosing.attitude,
  intensity: choosing.intensity, phrase: choosing.phrase, take: choosing.take, take_phrase: choosing.takePhrase, take_for: choosing.takeFor,
  edge: choosing.edge, as_before: choosing.asBefore, change_speaker: choosing.changeSpeaker, remove_speaker: choosing.removeSpeaker, said_at: choosing.saidAt,
  find_speaker: asking.findSpeaker, find_relay: asking.findRelay, add_speaker: asking.addSpeaker, role_held: asking.roleHeld,
  topics: asking.topics, event: asking.event, link: asking.link, unlink: asking.unlink, outer: asking.outer,
  return: asking.returnIt, overview: asking.overview,
};

/** Go on to what waits next, or say that nothing does. */
function goOn(desk, message) {
  const next = desk.record.nextWaiting(desk.id, desk.mode);
  if (next) desk.turnTo(next.id, { message });
  else desk.tell([message, say(desk.mode === "review" ? "all_reviewed" : "all_decided")].filter(Boolean).join(" "));
}

function accept(desk) {
  if (desk.mode === "review") return approve(desk);
  const item = desk.current;
  if (!item) return goOn(desk, "");
  const selected = desk.selection();
  if (selected && !(item.start <= selected.start && selected.end <= item.end)) return desk.tell(say("selected_hint"));
  if (item.state !== "open") return goOn(desk, "");
  if (!desk.isFree()) return undefined;
  if (isLacking(desk, item)) return undefined;
  const effort = desk.effort.take(item.id);
  return goOn(desk, acceptedNow(desk, [{ do: "accept", about: item.id, effort, with: foundOut(item) }], say("accepted")));
}

/** Who is shown because others of the name are said to be them: accepted as seen, whatever is said of those meanwhile. */
function foundOut({ is_found_out: isFoundOut, form }) {
  return isFoundOut ? { speakers: form.speakers } : {};
}

/** Accept, and return what to say of it: with how many became parts of what was accepted. */
function acceptedNow(desk, acts, message) {
  const before = new Set(desk.record.all().filter(({ state }) => state === "covered").map(({ id }) => id));
  const touched = desk.decide(acts);
  const parts = [...touched].filter((id) => desk.record.get(id)?.state === "covered" && !before.has(id)).length;
  return parts ? `${message} ${say("parts_taken", { number: parts })}` : message;
}

/** Whether something has to be said before it can be accepted; says what, and by which key. */
function isLacking(desk, { form }) {
  const relay = unknownRelay(form);
  if (!hasSpeaker(form)) desk.tell(say("who_says"));
  else if (unknownSayer(form)) desk.tell(say("who_is_named"));
  else if (relay) desk.tell(say("who_relays", { name: desk.textOf(relay.mention) }));
  else return false;
  return true;
}

function approve(desk) {
  const item = desk.current;
  if (!item) return goOn(desk, "");
  if (item.state !== "in_review" || item.is_approved) return goOn(desk, "");
  if (!desk.isFree()) return undefined;
  if (!item.may_review) return desk.tell(say("not_yours_to_review"));
  desk.decide([{ do: "approve", about: item.id }], { isUndoable: false });
  return goOn(desk, say("approved"));
}

/** By what the engine took it for: the same printed name, or the same speaker. */
function mentionOf(desk, item) {
  const first = sayers(item.guessed ?? {})[0] ?? sayers(item.form)[0];
  if (!first) return null;
  return { id: first.id, printed: first.mention ? fold(desk.textOf(first.mention)) : null };
}

function acceptAll(desk) {
  const item = desk.current;
  if (desk.mode === "review" || item?.state !== "open") return accept(desk);
  if (!desk.isFree()) return undefined;
  if (isLacking(desk, item)) return undefined;
  const like = mentionOf(desk, item);
  const who = sayers(item.form);
  // a name that would be left to be found keeps what it names waiting
  const isSaid = ({ form }) => !unknownSayer(form) || sayers(form).length <= who.length;
  const fits = (one) => {
    const found = one.state === "open" && one.id !== item.id && !unknownRelay(one.form) && isSaid(one) ? mentionOf(desk, one) : null;
    return found && like && ((found.id !== null && found.id === like.id) || (found.printed !== null && found.printed === like.printed));
  };
  const others = desk.record.all().filter(fits);
  const by = (one, form, { id }, n) => ({ ...form, ...(n && !unknownSayer(form) ? alsoSaidBy : saidBy)(desk.record, { ...one, form }, id) });
  const saidToo = (one) => who.reduce((form, each, n) => by(one, form, each, n), one.form).speakers;
  const acts = [item, ...others].map((one) => ({
    do: "accept",
    about: one.id,
    effort: desk.effort.take(one.id),
    with: one.id === item.id ? foundOut(item) : { speakers: saidToo(one) },
  }));
  // one inside another that is accepted is a part of it, once it is said by the same
  const forms = acts.map(({ about, with: given }) => ({ about, form: { ...desk.record.get(about).form, ...given } }));
  const lies = (inner) => forms.some(({ about, form }) => about !== inner.id && isPart({ form, guessed: desk.record.get(about).guessed }, inner));
  const [parts, kept] = [[], []];
  acts.forEach((one, n) => (n && lies({ ...desk.record.get(one.about), form: forms[n].form }) ? parts : kept).push(one));
  const said = parts.filter(({ about }) => !lies(desk.record.get(about))).map(({ about, with: given }) => ({ do: "choose", about, with: given }));
  return goOn(desk, acceptedNow(desk, [...said, ...kept], say("accepted_all", { number: kept.length })));
}

function reject(desk) {
  const item = desk.current;
  if (!item || !desk.isFree()) return undefined;
  if (item.state === "rejected" || item.state === "covered") {
    desk.decide([{ do: "reopen", about: item.id }], { message: say("reopened") });
    return undefined;
  }
  if (!desk.mayChange(item)) return desk.tell(say("not_changeable"));
  desk.effort.take(item.id);
  desk.decide([{ do: "reject", about: item.id }]);
  return goOn(desk, say("rejected"));
}

function undo(desk) {
  if (!desk.isFree()) return undefined;
  const last = desk.done.pop();
  if (!last && !desk.record.undoable && !desk.outbox.acts.length) return desk.tell(say("nothing_to_undo"));
  desk.decide([{ do: "undo", about: null, with: { group: last?.group ?? null }, before: last?.before ?? [] }], { isUndoable: false });
  if (last?.at && desk.record.get(last.at)) desk.turnTo(last.at, { message: say("undone") });
  else desk.tell(say("undone"));
  return undefined;
}

function send(desk) {
  if (!desk.isFree()) return undefined;
  const { draft, approved, open } = desk.record.counts();
  const reviewing = desk.mode === "review";
  if (!reviewing && !draft && open) return desk.tell(say("nothing_to_send"));
  if (reviewing && !approved && desk.record.nextWaiting(null, "review")) return desk.tell(say("nothing_to_publish"));
  desk.decide([{ do: reviewing ? "publish" : "send", about: null }], { message: say("sending"), isUndoable: !reviewing });
  return undefined;
}

function move(step) {
  return (desk) => {
    const waiting = desk.id === null && step > 0 ? desk.record.nextWaiting(null, desk.mode) : null;
    const found = waiting ?? desk.record.neighbour(desk.id, step, desk.mode);
    if (!found || found.id === desk.id) return desk.tell(say("is_only"));
    const hasTurned = desk.id !== null && !desk.record.isBehind(found.id, desk.id, step);
    return desk.turnTo(found.id, hasTurned ? { message: say(step > 0 ? "from_first" : "from_last") } : {});
  };
}

function cursor(desk, key) {
  const words = desk.cursor.press(key);
  if (words) desk.tell("", key.shiftKey ? say("selected", { words }) : words);
}

function details(desk) {
  desk.panel.enter();
}

function back(desk, prefix) {
  if (prefix) return desk.tell(say("let_go"));
  desk.dropSelection();
  return undefined;
}

function help(desk) {
  const keys = legendOf(desk.mode).map(({ title, keys: rows }) => ({ title, keys: rows.map(({ keys: pressed, does }) => ({ keys: pressed.map(keyName), does })) }));
  return showLegend({ keys, words: page.words });
}

function speaker(desk, number, prefix) {
  const member = desk.record.member(number);
  if (!member) return desk.tell(say("no_number", { number }));
  return speakerOf(desk, member.id, prefix);
}

function joint(desk, number) {
  const member = desk.record.member(number);
  if (!member) return desk.tell(say("no_number", { number }));
  return jointOf(desk, member.id);
}

function jointOf(desk, id) {
  const item = desk.current;
  if (!item?.form) return undefined;
  const patch = alsoSaidBy(desk.record, item, id);
  const isAdded = patch.speakers.some((one) => one.id === id && one.kind === "speaker");
  return desk.choose(patch, { message: say(isAdded ? "also_says_it" : "no_longer_says_it", { name: desk.record.nameOf(id) }) });
}

/** In review, r returns; else it waits for who passes it on. */
function relay(desk) {
  if (desk.mode === "review") return asking.returnIt(desk);
  desk.prefix = "relay";
  return desk.tell(say("relay_whom"));
}

/** Wait for who it is said on behalf of. */
function behalf(desk) {
  const item = desk.current;
  if (!item?.form) return desk.tell(say("nothing_current"));
  if (!desk.mayChange(item)) return desk.tell(say("not_changeable"));
  desk.prefix = "behalf";
  return desk.tell(say("behalf_whom"));
}
