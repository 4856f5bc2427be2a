// What asks in a dialog first: the dialogs answer with data, and here it becomes a choice.
import { chooseEvent } from "./dialogs/events.js";
import { choose } from "./dialogs/chooser.js";
import { askReason } from "./dialogs/reason.js";
import { chooseRole } from "./dialogs/roles.js";
import { findSpeaker as askForSpeaker } from "./dialogs/speakers.js";
import { findStatement } from "./dialogs/statements.js";
import { chooseTopics } from "./dialogs/topics.js";
import { relayedBy, row, sayers, unknownRelay, unknownSayer } from "./forms.js";
import { speakerOf } from "./saying.js";
import * as server from "./server.js";
import { page, say, term } from "./words.js";

const SHORT = 60; // code units of words in a title

/** What every dialog is given. */
function given(desk) {
  return {
    words: page.words,
    source: page.source,
    find: server.find,
    cast: desk.record.cast,
    decide: async (asked) => {
      const answer = await server.decide(asked);
      if (answer.status === 200) desk.answered({ do: asked.do }, answer.body);
      return answer;
    },
  };
}

/** Ask for a speaker and get one with a number; null where nobody was chosen. */
async function speakerFor(desk, { query = "", mention = "", title } = {}) {
  const found = await askForSpeaker({ ...given(desk), query, mention, title, mayMake: desk.record.may.make_speakers });
  if (!found) return null;
  desk.record.names[found.id] ??= found.name;
  return found;
}

/** Give somebody chosen a number among this source's speakers, as part of the same key press. */
function numbered(desk, found) {
  return desk.record.memberOf(found.id) ? [] : [{ do: "cast", about: null, with: { id: found.id } }];
}

/** Find or make who says the selected words, or the current ones; or, behind r, who passes them on. */
export async function findSpeaker(desk, ...rest) {
  const prefix = rest.at(-1);
  if (prefix === "relay") return findRelay(desk);
  if (prefix === "behalf") return addSpeaker(desk, "on_behalf_of");
  if (!desk.isFree()) return undefined;
  const selected = desk.selection();
  const item = desk.current;
  if (!selected && !item?.form) return desk.tell(say("nothing_current"));
  const mention = selected ? "" : desk.textOf(unknownSayer(item.form)?.mention);
  const title = selected ? say("mark_whose", { words: desk.textOf([selected.start, selected.end]).slice(0, SHORT) }) : undefined;
  const found = await speakerFor(desk, { query: mention, mention, title });
  if (!found) return undefined;
  const also = numbered(desk, found);
  if (also.length) desk.decide(also, { isUndoable: false });
  if (selected) {
    const range = desk.view.rangeOf(selected);
    document.getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  } else {
    document.getSelection().removeAllRanges();
  }
  return speakerOf(desk, found.id);
}

export async function findRelay(desk) {
  const item = desk.current;
  if (!item?.form || !desk.isFree()) return undefined;
  const printed = desk.textOf(unknownRelay(item.form)?.mention ?? null);
  const found = await speakerFor(desk, { title: say("add_relay"), query: printed, mention: printed });
  if (!found) return undefined;
  desk.decide(numbered(desk, found), { isUndoable: false });
  return desk.choose(relayedBy(desk.record, desk.record.get(item.id), found.id), { about: item.id, message: say("relays_it", { name: found.name }) });
}

/** One more with a part in it: a joint speaker, or somebody on whose behalf, to whom, whose attitude it is. */
export async function addSpeaker(desk, kind) {
  const item = desk.current;
  if (!item?.form || !desk.isFree()) return undefined;
  const part = term("kinds", kind);
  const title = kind === "speaker" ? say("add_joint") : say("find_part", { part });
  const found = await speakerFor(desk, { title });
  if (!found) return undefined;
  desk.decide(numbered(desk, found), { isUndoable: false });
  const now = desk.record.get(item.id);
  const speakers = [...(now.form.speakers ?? []), row(desk.record, found.id, now, kind)];
  const message = kind === "on_behalf_of" ? say("on_behalf", { name: found.name }) : found.name;
  return desk.choose({ speakers }, { about: item.id, message });
}

export async function roleHeld(desk, place) {
  const item = desk.current;
  const one = item.form.speakers[place];
  const chosen = await chooseRole({ ...given(desk), speaker: { id: one.id, name: desk.record.nameOf(one.id) } });
  if (chosen === undefined) return undefined;
  const speakers = desk.record.get(item.id).form.speakers.map((row, n) => (n === place ? { ...row, membership: chosen || null } : row));
  return desk.choose({ speakers }, { about: item.id });
}

export async function topics(desk) {
  const item = desk.current;
  if (!item?.form || !desk.isFree()) return undefined;
  const chosen = (item.form.topics ?? []).map((id) => desk.record.topics.get(id)).filter(Boolean);
  const found = await chooseTopics({ ...given(desk), chosen });
  if (found === null) return undefined;
  desk.record.learn({ topics: found });
  return desk.choose({ topics: found.map(({ id }) => id) }, { about: item.id, message: found.map(({ name }) => name).join(", ") });
}

export async function event(desk) {
  const item = desk.current;
  if (!item?.form || !desk.isFree()) return undefined;
  const chosen = item.form.event ? (desk.record.events.get(item.form.event) ?? null) : null;
  const found = await chooseEvent({ ...given(desk), chosen });
  if (found === null) return undefined;
  if (found.id) desk.record.learn({ events: [found] });
  return desk.choose({ event: found.id }, { about: item.id, message: found.name ?? "" });
}

/** Say that it is the same statement as one elsewhere: chosen with an open one, linked at once with a draft. */
export async function link(desk) {
  const item = desk.current;
  if (!item?.form || !desk.isFree()) return undefined;
  if (!desk.mayChange(item)) return desk.tell(say("not_changeable"));
  const canClear = Boolean(item.link ?? item.form.same_as);
  const found = await findStatement({ ...given(desk), item: item.id, quote: desk.quoteOf(item), canClear });
  if (found === null) return undefined;
  if (found.id) desk.record.learn({ statements: [found] });
  return setLink(desk, item.id, found.id);
}

export function unlink(desk) {
  return setLink(desk, desk.id, null);
}

function setLink(desk, about, to) {
  const message = say(to ? "linked" : "unlinked");
  if (desk.record.get(about).state === "open") return desk.choose({ same_as: to }, { about, message });
  if (desk.isFree()) desk.decide([{ do: "link", about, with: { to } }], { message });
  return undefined;
}

/** Choose, among the statements of this source, the one that reports the current one. */
export async function outer(desk) {
  const item = desk.current;
  const around = (one) => Number(one.start <= item.start && item.end <= one.end);
  const others = desk.record.all().filter((one) => one.statement && one.id !== item.id).sort((one, other) => around(other) - around(one));
  const options = others.map((one) => ({ id: one.statement, label: desk.quoteOf(one), details: [(one.form.speakers ?? []).map(({ id }) => desk.record.nameOf(id)).join(", ")] }));
  const found = await choose({
    title: say("inside"),
    search: async (typed) => options.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase())),
    words: page.words,
  });
  if (!found) return undefined;
  desk.record.learn({ statements: [{ id: found.id, words: found.label, label: found.details.join("") }] });
  return desk.choose({ inside: found.id }, { about: item.id });
}

/** All that stands in the text, one line each; the one that is chosen becomes the current one. */
export async function overview(desk) {
  const rows = desk.record.all().filter(({ state }) => state !== "hidden");
  const options = rows.map((one) => ({
    id: one.id,
    label: desk.quoteOf(one),
    details: [
      sayers(one.form).map(({ id, mention }) => (id ? desk.record.nameOf(id) : desk.textOf(mention))).join(", ") || say("nobody"),
      one.form.act ? term("acts", one.form.act) : "",
      one.form.attitude ? term("attitudes", one.form.attitude) : "",
      one.form.said_at ?? "",
      stateOf(one),
    ].filter(Boolean),
  }));
  const fits = ({ label, details }, typed) => [label, ...details].join(" ").toLowerCase().includes(typed.toLowerCase());
  const found = await choose({ title: say("overview"), search: async (typed) => options.filter((one) => fits(one, typed)), words: page.words });
  return found ? desk.turnTo(found.id) : undefined;
}

function stateOf({ state, is_approved: isApproved }) {
  const kind = isApproved && state === "in_review" ? "approved" : state;
  return say(`state_${kind}`);
}

export async function returnIt(desk) {
  const item = desk.current;
  if (item?.state !== "in_review" || !desk.isFree()) return undefined;
  if (!item.may_review) return desk.tell(say("not_yours_to_review"));
  const reason = await askReason({ title: say("return_why"), words: page.words });
  if (!reason) return undefined;
  desk.decide([{ do: "return", about: item.id, with: { reason } }], { isUndoable: false });
  const next = desk.record.nextWaiting(item.id, "review");
  if (next) desk.turnTo(next.id, { message: say("returned_now") });
  else desk.tell([say("returned_now"), say("all_reviewed")].join(" "));
  return undefined;
}
