// The desk: the text on the left, the statement on the right, and between them one curator's keys.
import { CastList } from "./castlist.js";
import { COMMANDS } from "./commands.js";
import { Cursor } from "./cursor.js";
import { Decorations } from "./decorations.js";
import { Effort } from "./effort.js";
import { Hands, areKeysOn, switchKeys } from "./hands.js";
import { Lease } from "./lease.js";
import { Legend } from "./legend.js";
import { Kept } from "./kept.js";
import { HELD, Outbox, uuid7 } from "./outbox.js";
import { Panel } from "./panel.js";
import { Record } from "./record.js";
import { refused } from "./refusals.js";
import { Status } from "./status.js";
import { sentencesAround, wholeWords } from "./stretches.js";
import { TextView } from "./text.js";
import { Trouble } from "./trouble.js";
import * as server from "./server.js";
import { page, say } from "./words.js";

const SHORT = 80;
const DECIDING = new Set(["choose", "accept", "mark"]);

export class Desk {
  constructor() {
    this.text = document.getElementById("desk-text");
    this.id = null;
    this.prefix = null;
    this.errors = new Map();
    this.done = [];
    this.recent = [];
    this.exact = null;
    // whose quotation type somebody chose here
    this.typed = new Set();
    this.printed = null;
    this.mode = page.mode;
    this.effort = new Effort();
    this.status = new Status({ isOn: areKeysOn(), switchKeys: () => this.switchKeys() });
    this.trouble = new Trouble(this);
    this.outbox = new Outbox({
      kept: new Kept(page.me, server.tab),
      post: server.send,
      answered: (act, body) => this.answered(act, body),
      refused: (act, answer) => refused(this, act, answer),
      changed: (state, waiting) => this.trouble.show(state, waiting),
      inherited: (acts) => this.inherited(acts),
    });
    this.record = new Record(() => this.outbox.waiting());
    this.record.sentencesOf = (item) => this.sentencesOf(item);
    this.lease = new Lease({
      changed: (lease, before) => this.trouble.showLease(lease, before),
      answered: (answer) => this.trouble.showAnswer(answer),
    });
    this.cast = new CastList(document.getElementById("desk-cast"), {
      choose: (id) => this.command("speaker_of", id),
      join: (id) => this.command("joint_of", id),
      find: () => this.command("find_speaker"),
    });
    this.panel = new Panel(this, document.getElementById("desk-panel"));
    this.legend = new Legend(document.getElementById("desk-legend"), () => this.command("help"));
  }

  get current() {
    return this.id === null ? null : this.record.get(this.id);
  }

  /** Ask for everything, and show it; what waited to be sent when the page was left is sent now. */
  async open() {
    const answer = await this.trouble.insist(server.state);
    await this.outbox.open(page.source, answer.body.revision.number);
    this.record.load(answer.body);
    this.view = new TextView(this.text, this.record.text);
    this.cursor = new Cursor(this.view);
    this.decorations = new Decorations(this.view);
    this.status.showModes(this.record.may);
    this.showAll();
    this.listen();
    const isNext = this.tellSent();
    const asked = new URLSearchParams(location.search).get("item") ?? sessionStorage.getItem(this.placeKept);
    // the keys go on being pressed: what opens by itself has none that the next one could accept
    if (isNext) this.turnTo(null, { quiet: true });
    else this.turnTo((this.record.get(asked) ?? this.record.nextWaiting(null, this.mode) ?? this.record.all()[0])?.id ?? null);
    this.text.focus({ preventScroll: true });
    if (!this.record.revision.is_latest) this.trouble.showOld();
    else this.lease.start();
    this.outbox.tell(this.outbox.state);
    this.outbox.go();
    this.trouble.showElsewhere(await this.outbox.kept.elsewhere());
    document.getElementById("desk").dataset.ready = "true";
  }

  /** Ask for everything again, and show it where the page is. */
  async reload() {
    await this.outbox.aside(async () => {
      const answer = await this.trouble.insist(() => server.state(this.record.revision.number));
      this.record.load(answer.body);
    });
    this.showAll();
    this.turnTo(this.current ? this.id : (this.record.nextWaiting(null, this.mode)?.id ?? null), { quiet: true });
  }

  get placeKept() {
    return `desk-at:${page.me}:${page.source}`;
  }

  listen() {
    this.hands = new Hands(this);
    window.addEventListener("beforeunload", (event) => this.outbox.acts.length && event.preventDefault());
    window.addEventListener("pagehide", () => this.id && sessionStorage.setItem(this.placeKept, this.id));
    window.addEventListener("focus", () => this.outbox.acts.length && this.outbox.go());
  }

  get sentKept() {
    return `desk-sent:${page.me}`;
  }

  /** Say what was sent just before this page opened, and lead back to it; whether there was anything. */
  tellSent() {
    const kept = sessionStorage.getItem(this.sentKept);
    sessionStorage.removeItem(this.sentKept);
    if (kept === null) return false;
    const { title, message, url } = JSON.parse(kept);
    this.status.notice("sent", say("sent_of", { title, message }), [[say("back_to_it"), () => location.assign(url)]]);
    return true;
  }

  /** Do a command of commands.js; words in front of it (a relay's r) are gone then. */
  command(name, ...given) {
    const { prefix } = this;
    this.prefix = null;
    return COMMANDS[name](this, ...given, prefix);
  }

  switchKeys() {
    const isOn = switchKeys();
    this.tell(say(isOn ? "keys_on" : "keys_off"));
    return isOn;
  }

  /** Whether anything can be decided here and now; says why not. */
  isFree() {
    if (!this.record.revision.is_latest) this.tell(say("old_revision"));
    else if (this.gone) this.tell(this.gone);
    else if (!this.lease.isMine) this.tell(say("lease_theirs", { name: this.lease.now.holder }));
    else return true;
    return false;
  }

  mayChange(item) {
    if (!this.record.revision.is_latest || !this.lease.isMine || !this.record.may.attribute) return false;
    return item.state === "open" || (item.state === "draft" && item.may_change);
  }

  /** Decide: shown at once, sent when it can be, undone as one; return the ids of what looks different. */
  decide(acts, { message = "", isUndoable = true } = {}) {
    if (!acts.length) return new Set();
    const group = uuid7();
    const before = new Map(this.record.items);
    const wholes = acts.map((act) => this.whole({ group, ...act }));
    const touched = new Set();
    for (const act of wholes) for (const id of this.record.foresee(act)) touched.add(id);
    if (isUndoable) {
      this.done.push({ group, at: this.id, before: [...touched].map((id) => [id, before.get(id) ?? null]) });
      this.done.splice(0, this.done.length - 100);
    }
    for (const act of wholes) {
      this.errors.delete(act.about);
      if (DECIDING.has(act.do)) this.recent = [act.about, ...this.recent.filter((id) => id !== act.about)].slice(0, 2);
    }
    this.status.calm("sent");
    this.paint(touched);
    if (message) this.tell(message);
    // first the picture, then the post
    requestAnimationFrame(() => setTimeout(() => this.outbox.state !== HELD && this.outbox.go()));
    this.outbox.put(...wholes);
    return touched;
  }

  /** An act as it is kept: on which text, and on which version of what; `was` is what the members said that it changes. */
  whole(act) {
    const { form = {} } = this.record.known.get(act.about) ?? {};
    const was = Object.fromEntries(Object.keys(act.with ?? {}).map((name) => [name, form[name] ?? null]));
    const seen = this.record.get(act.about)?.version ?? null;
    return { revision: this.record.revision.id, seen, with: {}, ...(act.do === "choose" || act.do === "accept" ? { was } : {}), ...act };
  }

  /** What another page of the same person left unsent is done here too, and sent. */
  inherited(acts) {
    // shown, and sent, once there is something to see
    if (!this.view) return;
    this.paint(new Set(acts.flatMap((act) => [...this.record.foresee(act)])));
    this.outbox.go();
  }

  /** Choose something of an item; false where that cannot be. */
  choose(patch, { message = "", about = this.id } = {}) {
    const item = this.record.get(about);
    if (!item || !this.isFree()) return false;
    if (!this.mayChange(item)) {
      this.tell(say("not_changeable"));
      return false;
    }
    this.decide([{ do: "choose", about, with: patch }], { message });
    return true;
  }

  answered(act, body) {
    if (body.lease) this.lease.learn(body.lease);
    this.trouble.showNewer(body.latest_number);
    const twin = act.do === "mark" && !body.items?.some(({ id }) => id === act.about) && body.items?.[0];
    if (twin) this.adopt(act.about, twin);
    const touched = this.record.apply(body);
    if (body.cast?.length) this.cast.list(this.record.cast);
    this.paint(touched);
    if (body.message && !wasTold(act, body)) this.tell(body.message);
    this.tellDay(act, body);
    if (act.do === "undo" && act.with.group === null) this.turnTo(body.items?.[0]?.id ?? this.id, { message: body.undone === "send" ? body.message : say("undone") });
    if (["send", "publish"].includes(act.do)) this.afterSending(act, body);
  }

  /** Say which day the server read from the words taken for a date. */
  tellDay(act, { items = [] }) {
    const { said_at_text: words, said_at: typed } = act.with ?? {};
    if (act.do !== "choose" || !words || typed !== undefined) return;
    const day = items.find(({ id }) => id === act.about)?.form?.said_at;
    this.tell(day ? say("day_read", { words, day }) : say("day_unread", { words }));
  }

  /** Words that were marked already: what was chosen for mine is chosen for the one that there is. */
  adopt(mine, item) {
    this.outbox.rename(mine, item.id);
    this.outbox.follow({ versions: { [item.id]: item.version } });
    const isCurrent = this.id === mine;
    this.effort.move(mine, item.id);
    this.paint(this.record.apply({ items: [item], removed: [mine] }));
    if (isCurrent) this.turnTo(item.id, { message: say("marked_already") });
    else this.tell(say("marked_already"));
  }

  afterSending(act, { items = [], refused: left = [], next, message }) {
    // nothing went: there is nothing to take back
    if (!items.some(({ state }) => state === "in_review")) this.done = this.done.filter(({ group }) => group !== act.group);
    for (const { item, sentence } of left) this.errors.set(item, [{ pointer: "", detail: sentence }]);
    if (left.length) {
      this.turnTo(left[0].item, { message: message || say("some_refused", { number: left.length }) });
    // what was decided since, perhaps to take it back, is sent from here
    } else if (this.outbox.acts.length === 0) {
      const url = `${page.urls.page}?mode=${this.mode}`;
      // where nothing is left to do, the queues tell what was sent
      if (isDesk(next)) sessionStorage.setItem(this.sentKept, JSON.stringify({ title: this.record.source.title, message, url }));
      location.assign(next ?? page.urls.queues);
    }
  }

  /** Let an item be the current one; tell what happened, and what is current now. */
  turnTo(id, { message = "", quiet = false, keepsView = false } = {}) {
    this.id = id;
    this.effort.turnTo(id);
    const item = this.current;
    this.view.point(id);
    if (item && !keepsView) {
      this.view.reveal(id);
      document.getSelection().removeAllRanges();
      this.cursor.leave(item.start);
    }
    this.showCurrent();
    if (!quiet) this.tell(message, item ? this.describe(item) : "");
  }

  describe(item) {
    const names = (item.form?.speakers ?? []).map((one) => this.record.nameOf(one.id) || this.textOf(one.mention)).filter(Boolean);
    const words = this.quoteOf(item);
    return say("current", {
      ...this.record.placeOf(item.id),
      state: say(`state_${item.state}`),
      words: words.length > SHORT ? `${words.slice(0, SHORT)}…` : words,
      who: names.join(", ") || say("nobody"),
    });
  }

  showAll() {
    this.cast.list(this.record.cast);
    this.view.show(this.record.all().map(markOf));
    this.view.point(this.id);
    this.showCounts();
  }

  /** Show these items as they are now. */
  paint(ids) {
    for (const id of ids) {
      const item = this.record.get(id);
      if (item) this.view.set(markOf(item));
      else this.view.remove(id);
    }
    if (ids.size) this.showCounts();
    if (this.id !== null && ids.has(this.id)) {
      if (this.current) this.showCurrent();
      else this.turnTo(this.record.nextWaiting(null, this.mode)?.id ?? this.record.order[0] ?? null, { quiet: true });
    } else {
      this.decorations.show(this.current);
    }
  }

  showCounts() {
    this.status.showCounts(this.record.counts(), this.record.elsewhere ?? 0);
  }

  showCurrent() {
    const item = this.current;
    const place = item ? this.record.placeOf(item.id) : {};
    const errors = item ? (this.errors.get(item.id) ?? []) : [];
    this.panel.show(item, { ...place, errors, mayChange: item !== null && this.mayChange(item) });
    this.cast.show(item);
    this.decorations.show(item);
  }

  tell(message, current) {
    this.status.tell(message, current);
  }

  /** The quoted words of an item on one line. */
  quoteOf(item) {
    const segments = item.form?.segments ?? [[item.start, item.end]];
    return segments.map(([start, end]) => this.view.words({ start, end }).replace(/\s+/gu, " ")).join(" […] ");
  }

  textOf(span) {
    return span ? this.view.words({ start: span[0], end: span[1] }).replace(/\s+/gu, " ") : "";
  }

  /** The words of a span as they are recorded: only line breaks are spaces. */
  recorded([start, end]) {
    return this.view.words({ start, end }).replace(/[ \t]*[\r\n]+[ \t]*/gu, " ");
  }

  /** What is selected, in whole words unless the mouse was told to be exact; null where nothing is. */
  selection() {
    const selected = this.view.selected();
    return selected && !this.isExact(selected) ? wholeWords(this.view, selected) : selected;
  }

  /** Whether these words were dragged over with Alt held. */
  isExact({ start, end }) {
    return this.exact !== null && start === this.exact.start && end === this.exact.end;
  }

  /** With Alt held the words just dragged over are meant as they are. */
  markExact(isExact) {
    this.exact = isExact ? this.view.selected() : null;
  }

  /** Do something with the selected words, and let them go; false and a word where there are none. */
  withSelection(act) {
    const selected = this.selection();
    if (selected === null) {
      this.tell(say("select_first"));
      return false;
    }
    act(selected);
    this.dropSelection();
    return true;
  }

  dropSelection() {
    const selected = this.selection();
    document.getSelection().removeAllRanges();
    if (selected) this.cursor.leave(selected.start);
  }

  /** The sentences of an item's words and of its cue. */
  sentencesOf({ start, end, form }) {
    const cue = form?.cue ? [{ start: form.cue[0], end: form.cue[1] }] : [];
    return [{ start, end }, ...cue].map((span) => sentencesAround(this.view, span));
  }
}

/** Whether an address leads to a source at the desk. */
function isDesk(address) {
  return Boolean(address) && new URL(address, location.href).pathname !== page.urls.queues;
}

/** Whether what the server says of an acceptance, how many became its parts, was said when it was made. */
function wasTold(act, { items = [] }) {
  return act.do === "accept" && !items.find(({ id }) => id === act.about)?.form?.same_as && items.some(({ state }) => state === "covered");
}

function markOf(item) {
  const kind = item.state === "in_review" && item.is_approved ? "approved" : item.state;
  return { id: item.id, start: item.start, end: item.end, kind };
}

await new Desk().open();
