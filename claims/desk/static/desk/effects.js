// What an act does to the items, before the server says so. Doing it twice is doing it once.
import { hull, isPart } from "./forms.js";

const EFFECTS = { choose, accept, reject, reopen, mark, approve, undo, send };

/** Do an act upon a record; return the set of ids of the items that look different. */
export function effect(record, act) {
  return EFFECTS[act.do]?.(record, act) ?? new Set();
}

function change(record, id, values) {
  const item = record.items.get(id);
  if (!item) return new Set();
  record.items.set(id, { ...item, ...values });
  return new Set([id]);
}

function chosen(record, act) {
  const item = record.items.get(act.about);
  if (!item) return {};
  const form = { ...item.form, ...act.with };
  return { form, ...(form.segments ? hull(form.segments) : {}) };
}

function choose(record, act) {
  return change(record, act.about, chosen(record, act));
}

function accept(record, act) {
  const item = record.items.get(act.about);
  if (!item || item.state !== "open") return new Set();
  const touched = change(record, act.about, { ...chosen(record, act), state: "draft", may_change: true });
  const { start, end, form } = record.items.get(act.about);
  const outer = { form: { segments: [[start, end]], ...form }, guessed: item.guessed };
  for (const one of record.items.values()) {
    if (one.state !== "open" || !isPart(outer, one)) continue;
    for (const id of change(record, one.id, { state: "covered" })) touched.add(id);
  }
  return touched;
}

function reject(record, act) {
  return change(record, act.about, { state: "rejected", statement: null, returned_reason: "" });
}

function reopen(record, act) {
  return change(record, act.about, { state: "open" });
}

function mark(record, act) {
  if (record.items.has(act.about)) return new Set();
  const { start, end, form } = act.with;
  record.items.set(act.about, {
    id: act.about, start, end, form, state: "open", version: 1, statement: null, may_change: true, may_review: false,
    is_approved: false, returned_reason: "", engine: "hand", score: 1, guessed: {}, admin_url: null, link: null,
  });
  return new Set([act.about]);
}

function approve(record, act) {
  return change(record, act.about, { is_approved: true });
}

function send(record) {
  const touched = new Set();
  for (const item of record.items.values()) {
    if (item.state !== "draft" || !item.may_change) continue;
    for (const id of change(record, item.id, { state: "in_review", may_change: false })) touched.add(id);
  }
  return touched;
}

/** `before` is what the items were, kept in the page alone: [[id, item or null], …]. */
function undo(record, act) {
  const touched = new Set();
  for (const [id, item] of act.before ?? []) {
    touched.add(id);
    if (item === null) {
      record.items.delete(id);
    } else {
      const { version = item.version } = record.items.get(id) ?? {};
      record.items.set(id, { ...item, version });
    }
  }
  return touched;
}
