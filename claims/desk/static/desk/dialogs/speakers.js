// Finding a speaker by any spelling, or making one.
import { make } from "../elements.js";
import { uuid7 } from "../outbox.js";
import { Combobox } from "./combobox.js";
import { show } from "./dialog.js";
import { Listbox, numberOf } from "./listbox.js";
import { SpeakerForm } from "./speaker_form.js";
import { fill, folded, plural, trouble } from "./sentences.js";

const LONGEST_TYPED = 100;

/** Conflicts that are not about the id. */
const OTHERWISE = new Set(["same", "lease", "person"]);

/** Keys of what was sent and never answered: the same asked again is the same decision, and makes nothing twice. */
const unanswered = new Map();

/**
 * Ask for a speaker of a `source`: of its `cast`, of the record, or a new one where `mayMake`. `query` is looked up at
 * first, `mention` is the name as printed; `find(what, parameters, signal)` and `decide({key, do, with})` ask the
 * record. Resolves to {id, name, number, isNew}, or null.
 */
export function findSpeaker({ words, title = words.dialog_speaker_find, ...given }) {
  return show({
    title,
    kind: "speaker",
    words,
    build(dialog) {
      new Finder(dialog, { title, cast: [], query: "", mention: "", mayMake: true, ...given }).list();
    },
  });
}

class Finder {
  constructor(dialog, given) {
    Object.assign(this, given, { dialog, words: dialog.words, id: uuid7(), tried: null, isSending: false });
    this.combobox = new Combobox({
      dialog,
      label: this.words.dialog_speaker_by_name,
      placeholder: this.words.dialog_speaker_placeholder,
      typed: this.query,
      search: (typed, signal) => this.search(typed, signal),
      make: (typed) => (this.mayMake && typed ? { label: fill(this.words.dialog_make, { name: typed }) } : null),
      took: (option) => (option.isMake ? this.make(option.typed) : this.take(option.value)),
    });
    this.combobox.look();
  }

  /** Show a step: its nodes, its buttons, and what Esc does in it. */
  step(title, body, foot, back) {
    this.dialog.entitle(title);
    this.dialog.say("");
    this.dialog.body.replaceChildren(body);
    this.dialog.foot.replaceChildren(...foot);
    this.dialog.back = back;
    if (this.dialog.node.open) this.dialog.enter();
  }

  list() {
    const hint = make("p", { className: "dialog-hint" }, this.cast.length ? this.words.dialog_hint_digits : this.words.dialog_hint_one);
    this.step(this.title, this.combobox.node, [hint, this.dialog.cancelButton()], null);
  }

  async search(typed, signal) {
    const wanted = folded(typed);
    if (wanted === "") return this.cast.map((row) => this.option(row));
    const { results } = await this.find("speakers", { q: typed.slice(0, LONGEST_TYPED), source: this.source }, signal);
    const found = new Set(results.map((row) => row.id));
    const named = this.cast.filter((row) => folded(row.name).includes(wanted) && !found.has(row.id));
    const rank = (row) => {
      if (folded(row.name) === wanted || folded(row.matched ?? "") === wanted) return 0;
      return this.numberOf(row) ? 1 : 2;
    };
    return [...named, ...results].sort((one, other) => rank(one) - rank(other)).map((row) => this.option(row));
  }

  memberOf(row) {
    return this.cast.find((one) => one.id === row.id);
  }

  numberOf(row) {
    return row.number ?? this.memberOf(row)?.number ?? null;
  }

  option(row) {
    const { words } = this;
    return {
      id: row.id,
      label: row.note ? `${row.name} (${row.note})` : row.name,
      badge: this.numberOf(row) ?? "",
      details: [
        words[`dialog_type_${row.type}`],
        [row.role || this.memberOf(row)?.role, row.organization].filter(Boolean).join(", "),
        row.matched && row.matched !== row.name ? fill(words.dialog_speaker_matched, { name: row.matched }) : "",
        row.wikidata,
        row.statements === undefined ? "" : plural(words, "dialog_statements", row.statements),
      ],
      value: row,
    };
  }

  take(row) {
    this.dialog.close({ id: row.id, name: row.name, number: this.numberOf(row), isNew: false });
  }

  make(typed) {
    const submit = (body) => this.send({ ...body, anyway: false });
    this.form = new SpeakerForm({ words: this.words, name: typed, printed: this.mention, submit });
    this.showForm();
  }

  showForm() {
    const hint = make("p", { className: "dialog-hint" }, this.words.dialog_hint_make);
    const send = () => this.form.send();
    const main = this.dialog.button(this.words.dialog_speaker_make, send, { isMain: true, keys: "⏎" });
    const back = this.dialog.button(this.words.dialog_back, () => this.dialog.giveUp(), { keys: this.words.key_name_esc });
    this.step(this.words.dialog_speaker_new, this.form.node, [hint, main, back], () => this.list());
  }

  /** Decide to make it. */
  async send(body) {
    if (this.isSending) return;
    this.isSending = true;
    this.dialog.node.setAttribute("aria-busy", "true");
    this.dialog.say(this.words.dialog_saving);
    const earlier = this.tried;
    const answer = await this.post(body);
    // other words under the same id: they are refused where the try that nobody answered had made it after all
    const isTaken = earlier && answer.status === 409 && !OTHERWISE.has(answer.body.kind);
    const made = isTaken ? await this.post(earlier) : null;
    this.isSending = false;
    this.dialog.node.removeAttribute("aria-busy");
    if (this.dialog.isClosed) return;
    this.dialog.say("");
    if (made) this.wasMade(body, earlier, made);
    else this.answered(body, answer);
  }

  /** Post it: the same words under the same key and id until they are answered, other words under the same id. */
  async post(body) {
    const ticket = JSON.stringify([this.source, body]);
    const { key, id } = unanswered.get(ticket) ?? { key: uuid7(), id: this.id };
    unanswered.set(ticket, { key, id });
    let answer;
    try {
      answer = await this.decide({ key, do: "speaker", with: { id, ...body } });
    } catch {
      answer = { status: 0, body: null };
    }
    if (isUnanswered(answer.status)) {
      Object.assign(this, { tried: body, id });
    } else {
      unanswered.delete(ticket);
      if (JSON.stringify(this.tried) === JSON.stringify(body)) this.tried = null;
    }
    return { id, ...answer };
  }

  /** The earlier try had been done: one more is made only if that is wanted. */
  wasMade(body, earlier, answer) {
    if (answer.status !== 200) {
      this.answered(earlier, answer);
      return;
    }
    const made = answer.body.cast.find((row) => row.id === answer.id);
    Object.assign(this, { tried: null, id: uuid7(), cast: [...this.cast, made] });
    this.same(body, { speakers: [made], detail: fill(this.words.dialog_speaker_made, { name: made.name }) });
  }

  answered(body, { id, status, body: answer }) {
    if (status >= 200 && status < 300) {
      const made = answer.cast?.find((row) => row.id === id);
      this.dialog.close({ id, name: made?.name ?? body.name, number: made?.number ?? null, isNew: true });
    } else if (status === 409 && answer.kind === "same") {
      this.same(body, answer);
    } else {
      const [first] = answer?.errors ?? [];
      const member = first?.pointer.split("/").find((part) => ["name", "type", "names", "wikidata"].includes(part));
      if (first && member && this.form.blame(member, first.detail)) return;
      const sentence = trouble(this.words, status, first?.detail ?? answer?.detail);
      const further = isUnanswered(status) ? ` ${this.words.dialog_enter_again}` : "";
      this.dialog.say(`${sentence}${further}`, { isTrouble: true });
    }
  }

  /** There are some of this name already: take one, or make a new one all the same. */
  same(body, answer) {
    const options = answer.speakers.map((row) => this.option(row));
    const label = fill(this.words.dialog_speaker_anyway, { name: body.name });
    // where even that was refused, it is the same by more than the name
    if (!body.anyway) options.push({ id: "make", badge: "+", isMake: true, label });
    const took = (option) => (option.isMake ? this.send({ ...body, anyway: true }) : this.take(option.value));
    const list = new Listbox({ label: this.words.dialog_speaker_same, took });
    list.node.tabIndex = 0;
    list.node.setAttribute("data-first", "");
    list.node.addEventListener("keydown", (event) => {
      const numbered = list.under(numberOf(event));
      if (list.follow(event.key)) event.preventDefault();
      else if (numbered) {
        event.preventDefault();
        took(numbered);
      } else if (event.key === "Enter" && !event.repeat) {
        event.preventDefault();
        took(list.current);
      }
    });
    list.show(options);
    const why = make("p", { className: "dialog-note" }, answer.detail);
    const hint = make("p", { className: "dialog-hint" }, this.words.dialog_hint_one);
    const back = this.dialog.button(this.words.dialog_back, () => this.dialog.giveUp(), { keys: this.words.key_name_esc });
    this.step(this.words.dialog_speaker_same, make("div", {}, why, list.node), [hint, back], () => this.showForm());
  }
}

/** Is it unknown whether it was done? */
function isUnanswered(status) {
  return status === 0 || status === 401 || status === 429 || status >= 500;
}
