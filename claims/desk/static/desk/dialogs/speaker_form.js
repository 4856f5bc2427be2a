// The second step of finding a speaker: making one.
import { keycap, make } from "../elements.js";
import { guessType, isUnnamed } from "./guessing.js";
import { fill, folded, freshId } from "./sentences.js";

const TYPES = ["person", "organization", "state", "group"];
const LONGEST_NAME = 200;

/** The Wikidata id in what was typed or pasted, an address included; "" for nothing, null for something else. */
export function wikidataOf(typed) {
  const plain = typed.trim().replace(/^https?:\/\/(?:www\.|m\.)?wikidata\.org\/(?:wiki|entity)\//iu, "");
  if (plain === "") return "";
  const found = /^(Q[1-9]\d{0,11})\/?(?:[#?].*)?$/iu.exec(plain);
  return found ? found[1].toUpperCase() : null;
}

export class SpeakerForm {
  /** `submit(body)` is told of {name, type, is_named, names, wikidata} once they can be sent. */
  constructor({ words, name, printed, submit }) {
    Object.assign(this, { words, submit });
    this.isGuessed = true;
    this.name = this.field("name", words.dialog_speaker_name, { maxLength: LONGEST_NAME, required: true });
    this.name.input.value = name;
    this.names = this.field("names", words.dialog_speaker_names, {}, words.dialog_speaker_names_help);
    this.names.input.value = /\p{Lu}/u.test(printed ?? "") && folded(printed) !== folded(name) ? printed : "";
    this.wikidata = this.field("wikidata", words.dialog_speaker_wikidata, { placeholder: "Q42" });
    this.types = this.radios();
    this.unnamed = make("input", { type: "checkbox", checked: isUnnamed(name) });
    const unnamed = make("label", { className: "dialog-radio dialog-unnamed" }, this.unnamed, words.dialog_speaker_unnamed);
    const fields = [this.name.node, this.types, unnamed, this.names.node, this.wikidata.node];
    this.node = make("div", { className: "dialog-form" }, fields);
    this.select(guessType(name));
    let isTicked = false;
    this.unnamed.addEventListener("change", () => {
      isTicked = true;
    });
    this.name.input.addEventListener("input", () => {
      if (this.isGuessed) this.select(guessType(this.name.input.value));
      if (!isTicked) this.unnamed.checked = isUnnamed(this.name.input.value);
    });
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (!event.repeat) this.send();
    });
    // the name was typed or printed, so what is left to say is the type
    (name ? this.radio(this.type) : this.name.input).setAttribute("data-first", "");
  }

  field(member, label, attributes, help = "") {
    const id = freshId(member);
    const error = make("p", { id: `${id}-error`, className: "dialog-trouble", hidden: true });
    const described = help ? `${id}-help ${id}-error` : `${id}-error`;
    const input = make("input", {
      id,
      type: "text",
      autocomplete: "off",
      spellcheck: false,
      dir: "auto",
      ...attributes,
      aria: { describedby: described },
    });
    const node = make(
      "div",
      { className: "dialog-field" },
      make("label", { htmlFor: id, className: "dialog-label" }, label),
      input,
      help ? make("p", { id: `${id}-help`, className: "dialog-note" }, help) : null,
      error,
    );
    return { node, input, error };
  }

  radios() {
    const group = freshId("type");
    const letters = TYPES.map((type) => folded(this.words[`dialog_type_${type}`]).charAt(0));
    const choices = TYPES.map((type, place) =>
      make(
        "label",
        { className: "dialog-radio" },
        make("input", { type: "radio", name: group, value: type }),
        this.words[`dialog_type_${type}`],
        keycap(letters[place].toUpperCase()),
      ),
    );
    const error = make("p", { className: "dialog-trouble", hidden: true });
    this.typeError = error;
    const node = make(
      "fieldset",
      { className: "dialog-field dialog-radios" },
      make("legend", { className: "dialog-label" }, this.words.dialog_speaker_type),
      ...choices,
      error,
    );
    node.addEventListener("change", () => {
      this.isGuessed = false;
    });
    node.addEventListener("keydown", (event) => {
      const place = event.ctrlKey || event.altKey || event.metaKey ? -1 : letters.indexOf(folded(event.key));
      if (place < 0) return;
      event.preventDefault();
      this.isGuessed = false;
      this.select(TYPES[place]);
      this.radio(TYPES[place]).focus();
    });
    return node;
  }

  radio(type) {
    return this.types.querySelector(`[value=${type}]`);
  }

  get type() {
    return this.types.querySelector(":checked").value;
  }

  select(type) {
    this.radio(type).checked = true;
  }

  /** What was entered, as it is sent. */
  get entered() {
    const name = this.name.input.value.trim();
    const names = this.names.input.value.split(";").map((one) => one.trim());
    return {
      name,
      type: this.type,
      is_named: !this.unnamed.checked,
      names: [...new Set(names)].filter((one) => one !== "" && one !== name),
      wikidata: wikidataOf(this.wikidata.input.value),
    };
  }

  send() {
    this.clear();
    const body = this.entered;
    if (body.name === "") this.blame("name", this.words.dialog_speaker_needs_name);
    else if (body.wikidata === null) this.blame("wikidata", this.words.dialog_speaker_bad_wikidata);
    else if (body.names.some((one) => one.length > LONGEST_NAME)) {
      this.blame("names", fill(this.words.dialog_too_long, { most: LONGEST_NAME }));
    } else this.submit(body);
  }

  clear() {
    for (const one of [this.name, this.names, this.wikidata]) {
      one.error.hidden = true;
      one.input.removeAttribute("aria-invalid");
    }
    this.typeError.hidden = true;
  }

  /** Show a sentence at a member, the focus on it; false where there is no such member. */
  blame(member, sentence) {
    const one = { name: this.name, names: this.names, wikidata: this.wikidata }[member];
    if (!one && member !== "type") return false;
    const error = one?.error ?? this.typeError;
    error.textContent = sentence;
    error.hidden = false;
    one?.input.setAttribute("aria-invalid", "true");
    (one?.input ?? this.radio(this.type)).focus();
    return true;
  }
}
