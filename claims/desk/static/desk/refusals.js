// What becomes of an act that the server refused: the acts to send in its place, or null to wait for somebody's word.
import { settle } from "./dialogs/conflict.js";
import { same } from "./forms.js";
import { errorSentence, formatted } from "./formatting.js";
import { page, say } from "./words.js";

const KINDS = { stale, lease, person, twin, role, source };
const CONFLICT = 409;
const KEY_REUSED = 422;

export function refused(desk, act, { status, body }) {
  if (status === KEY_REUSED) return doneAlready(desk);
  const known = KINDS[body?.kind];
  return known ? known(desk, act, body) : notDone(desk, act, status, body);
}

/** Another page sent it, as it stood there: that it looks different here by now is no other decision. */
async function doneAlready(desk) {
  await desk.reload();
  return [];
}

/** Show things as the server knows them, and say what was wrong, at the item it was about. */
async function notDone(desk, act, status, body) {
  const { outbox, record } = desk;
  desk.done = desk.done.filter(({ group }) => group !== act.group);
  // what was accepted was accepted with what is refused now: it is looked at again
  const behind = outbox.withdraw(act, (one) => one.about === act.about && act.about !== null && one.do === "accept");
  const errors = body?.errors?.length ? body.errors : [{ pointer: "", detail: body?.detail ?? say("refused") }];
  const detail = errors.map(errorSentence).join(" ");
  if (act.do === "undo" || status === 404 || behind.length || act.about === null || act.do !== "choose") {
    await desk.reload();
  } else {
    record.restore(act.about);
    const touched = record.apply({});
    desk.paint(touched.add(act.about));
  }
  tellRefused(desk, act, errors, detail);
  return [];
}

/** Say why, at the item that it was about. */
function tellRefused(desk, act, errors, detail) {
  const message = say("refused_because", { detail });
  if (act.about === null || !desk.record.get(act.about)) return desk.tell(message);
  desk.errors.set(act.about, errors);
  return desk.turnTo(act.about, { message });
}

/** Somebody changed it meanwhile: both are shown, a person chooses, and that is sent. */
async function stale(desk, act, { item, detail }) {
  const { outbox, record } = desk;
  const behind = outbox.withdraw(act, (one) => one.about === act.about);
  const base = seen([act, ...behind], record.known.get(act.about), item.form);
  const mine = Object.assign({}, ...[act, ...behind].filter((one) => ["choose", "accept"].includes(one.do)).map((one) => one.with));
  const rest = [act, ...behind].filter((one) => one.do !== "choose").map((one) => ({ ...one, seen: item.version, ...(one.do === "accept" ? { with: {} } : {}) }));
  const theirs = item.form ?? {};
  const differing = Object.keys(mine).filter((name) => !same(mine[name], theirs[name]));
  desk.paint(record.apply({ items: [item] }));
  desk.turnTo(item.id, { message: detail ?? say("changed_meanwhile") });
  if (!["open", "draft"].includes(item.state) || (item.state === "draft" && !item.may_change)) return [];
  // what nobody else changed takes nothing away from them: nobody has to choose
  let chosen = Object.fromEntries(differing.map((name) => [name, mine[name]]));
  const isAsked = differing.some((name) => !same(theirs[name], base[name]));
  if (isAsked) {
    chosen = await settle({ mine, theirs: item.form, base, labels: labels(), format: (name, value) => formatted(desk, name, value), words: page.words });
    // decided later: all of mine is sent again then, as it was
    if (chosen === null) {
      outbox.acts.push(...behind);
      outbox.keep();
      desk.trouble.showHeld(say("conflict_waits"), say("conflict_open"), () => outbox.go());
      return null;
    }
  }
  const choice = Object.keys(chosen).length ? [{ ...act, do: "choose", with: chosen, seen: item.version, effort: null }] : [];
  // what is done besides was decided upon what is no longer so: it is asked for anew, unless they saw that just now
  const repeated = rest.filter((one) => isAsked && one.do === "accept" && item.state === "open");
  for (const one of [...choice, ...repeated]) desk.paint(record.foresee(one));
  return [...choice, ...repeated];
}

/** The form upon which acts were chosen; of a page that was loaded since, what they change of it is known. */
function seen(acts, known, theirs) {
  const was = Object.assign({}, ...acts.map((act) => act.was ?? {}).reverse());
  return { ...(known?.version === acts[0].seen ? known.form : theirs), ...was };
}

function lease(desk, act, body) {
  // it is told anew, with what waits
  desk.lease.now = null;
  desk.lease.learn(body.lease);
  return null;
}

/**
 * They may not do it any more: it is as the server knows it, with what hung upon it. Where they may do nothing at all,
 * what they decided before they knew is kept until they may again.
 */
async function role(desk, act, { detail }) {
  const { outbox, record } = desk;
  const mayWork = await desk.lease.ask("hold");
  if (!mayWork) {
    desk.trouble.showRole(detail);
    return null;
  }
  const gone = new Set([act, ...outbox.withdraw(act, (one) => one.about === act.about && act.about !== null)].map(({ group }) => group));
  desk.done = desk.done.filter(({ group }) => !gone.has(group));
  desk.paint(record.rewind());
  tellRefused(desk, act, [{ pointer: "", detail }], detail);
  return [];
}

function source(desk, act, { detail }) {
  desk.outbox.withdraw(act, () => true);
  desk.trouble.showGone(detail);
  return [];
}

function person(desk, act, { detail }) {
  desk.trouble.showPerson(detail);
  return null;
}

/** The words are marked already, in another tab: that one gets what was chosen for mine. */
function twin(desk, act, body) {
  if (act.do !== "mark") return notDone(desk, act, CONFLICT, body);
  const { item } = body;
  const { id: mine, form: { speakers } } = act.with;
  desk.adopt(mine, item);
  const isSame = !["open", "draft"].includes(item.state) || same(speakers, item.form.speakers);
  return isSame ? [] : [{ group: act.group, about: item.id, seen: item.version, do: "choose", with: { speakers } }];
}

function labels() {
  const names = ["segments", "quotation_type", "is_headline", "cue", "speakers", "relays", "act", "attitude", "intensity", "intensity_phrase", "said_at", "said_at_text", "said_at_basis", "event", "topics", "wordings", "inside", "same_as"];
  return Object.fromEntries(names.map((name) => [name, say(`member_${name}`)]));
}
