// What the server said of a source, and what the curator made of it since: the second is shown, the first remembered.
import { effect } from "./effects.js";

const AGREED = new Set(["draft", "in_review", "published", "withdrawn"]);
const SKIPPED = { attribute: new Set(["covered", "hidden"]), review: new Set(["covered", "hidden", "rejected", "open"]) };

export class Record {
  /** `waiting()` gives the acts that the server has not answered yet, in order. */
  constructor(waiting) {
    this.waiting = waiting;
    this.known = new Map();
    this.items = new Map();
    this.order = [];
    this.cast = [];
    this.names = {};
    this.topics = new Map();
    this.events = new Map();
    this.statements = new Map();
  }

  /** Begin anew with what the server says, with what waits to be sent done upon it. */
  load(state) {
    Object.assign(this, { source: state.source, revision: state.revision, me: state.me, may: state.may, text: state.text });
    this.known = new Map(state.items.map((item) => [item.id, item]));
    this.items = new Map(state.items.map((item) => [item.id, structuredClone(item)]));
    this.cast = state.cast;
    this.undoable = state.undoable;
    this.elsewhere = state.open_elsewhere;
    this.learn(state);
    for (const act of this.waiting()) effect(this, act);
    this.sort();
  }

  /** Take in an answer; return the ids of the items that may look different. */
  apply(answer) {
    const touched = new Set(answer.removed ?? []);
    for (const id of answer.removed ?? []) {
      this.known.delete(id);
      this.items.delete(id);
    }
    for (const item of answer.items ?? []) {
      this.known.set(item.id, item);
      this.items.set(item.id, structuredClone(item));
      touched.add(item.id);
    }
    for (const one of answer.cast ?? []) {
      this.cast = [...this.cast.filter(({ id }) => id !== one.id), one].sort((a, b) => a.number - b.number);
    }
    if (answer.undoable !== undefined) this.undoable = answer.undoable;
    this.learn(answer);
    for (const act of this.waiting()) for (const id of effect(this, act)) touched.add(id);
    this.sort();
    return touched;
  }

  /** Do at once what the server will be asked for; return the ids of the items that look different. */
  foresee(act) {
    const touched = effect(this, act);
    if (this.order.length !== this.items.size || act.do === "choose") this.sort();
    return touched;
  }

  /** Show an item as the server knows it, without what was chosen upon it. */
  restore(id) {
    const item = this.known.get(id);
    if (item) this.items.set(id, structuredClone(item));
    else this.items.delete(id);
    this.sort();
  }

  /** Show everything as the server knows it, with what waits done upon it; return the ids of all there are and were. */
  rewind() {
    const touched = new Set(this.items.keys());
    this.items = new Map([...this.known].map(([id, item]) => [id, structuredClone(item)]));
    for (const id of this.items.keys()) touched.add(id);
    for (const act of this.waiting()) effect(this, act);
    this.sort();
    return touched;
  }

  learn({ topics = [], events = [], statements = [], names = {} }) {
    for (const one of topics) this.topics.set(one.id, one);
    for (const one of events) this.events.set(one.id, one);
    for (const one of statements) this.statements.set(one.id, one);
    Object.assign(this.names, names);
  }

  sort() {
    this.order = [...this.items.values()]
      .sort((one, other) => one.start - other.start || other.end - one.end)
      .map((item) => item.id);
  }

  get(id) {
    return this.items.get(id) ?? null;
  }

  all() {
    return this.order.map((id) => this.items.get(id));
  }

  /** The item of exactly these words. */
  at(start, end) {
    return this.all().find((item) => item.start === start && item.end === end) ?? null;
  }

  member(number) {
    return this.cast.find((one) => one.number === number) ?? null;
  }

  memberOf(id) {
    return this.cast.find((one) => one.id === id) ?? null;
  }

  nameOf(id) {
    return this.memberOf(id)?.name ?? this.names[id] ?? "";
  }

  /** How many stand where; what is not sent yet is counted as if it were. */
  counts() {
    const found = { open: 0, draft: 0, in_review: 0, approved: 0, published: 0 };
    for (const item of this.items.values()) {
      if (item.state === "in_review" && item.is_approved) found.approved += 1;
      else if (item.state in found) found[item.state] += 1;
    }
    return found;
  }

  /** Whether an item waits to be decided on. */
  waits(item, mode) {
    return mode === "review" ? item.state === "in_review" && item.may_review && !item.is_approved : item.state === "open";
  }

  /** The next item behind `id` that waits, from the beginning again at the end; null where none does. */
  nextWaiting(id, mode) {
    return this.walk(id, 1, true, (item) => item.id !== id && this.waits(item, mode));
  }

  /** The neighbour of an item, in reading order; behind the last one stands the first. */
  neighbour(id, step, mode) {
    return this.walk(id, step, true, (item) => !SKIPPED[mode].has(item.state));
  }

  /** Whether an item stands behind another in reading order; before it, where `step` goes back. */
  isBehind(id, other, step) {
    return (this.order.indexOf(id) - this.order.indexOf(other)) * step > 0;
  }

  walk(id, step, wraps, wanted) {
    const size = this.order.length;
    const from = this.order.indexOf(id);
    let place = from < 0 ? (step > 0 ? -1 : size) : from;
    for (let tried = 0; tried < size; tried += 1) {
      place += step;
      if (place < 0 || place >= size) {
        if (!wraps) return null;
        place = (place + size) % size;
      }
      const item = this.items.get(this.order[place]);
      if (wanted(item)) return item;
    }
    return null;
  }

  /** An item's place among those that are, or may become, statements: {place, all}. */
  placeOf(id) {
    const counted = this.all().filter((item) => item.state === "open" || AGREED.has(item.state) || item.id === id);
    return { place: counted.findIndex((item) => item.id === id) + 1, all: counted.length };
  }
}
