// The members of a form as a person reads them, where two of them are compared.
import { page, say, term } from "./words.js";

const TERMS = { quotation_type: "types", act: "acts", attitude: "attitudes", intensity: "intensities", said_at_basis: "bases" };

/** A member's value in words; "" where it has none. */
export function formatted(desk, name, value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return "";
  const { record } = desk;
  if (name in TERMS) return term(TERMS[name], value);
  if (name === "segments") return value.map((span) => desk.textOf(span)).join(" […] ");
  if (name === "cue") return desk.textOf(value);
  if (name === "is_headline") return say(value ? "yes" : "no");
  if (name === "speakers" || name === "relays") return value.map((one) => person(desk, one)).join("; ");
  if (name === "event") return record.events.get(value)?.name ?? value;
  if (name === "topics") return value.map((id) => record.topics.get(id)?.name ?? id).join(", ");
  if (name === "wordings") return value.map(({ language, text }) => say("wording_in", { language, words: text })).join("; ");
  if (name === "inside" || name === "same_as") return record.statements.get(value)?.words ?? value;
  return String(value);
}

function person(desk, { id, kind, mention, role, certainty }) {
  const name = id === null ? desk.textOf(mention) : desk.record.nameOf(id);
  const said = [
    kind && kind !== "speaker" ? term("kinds", kind) : "",
    certainty && certainty !== "certain" ? term("certainties", certainty) : "",
    mention && id !== null ? say("quoted", { words: desk.textOf(mention) }) : "",
    role ? say("quoted", { words: desk.textOf(role) }) : "",
  ].filter(Boolean);
  return said.length ? `${name} (${said.join(", ")})` : name;
}

/** Whether a pointer of the server's leads to a member that has a name, and so a place where it is shown. */
export function isNamed(pointer) {
  return memberOf(pointer) in page.words;
}

/** What is wrong in a sentence, with the member's name for people; a pointer is for nobody to read. */
export function errorSentence({ pointer, detail }) {
  return isNamed(pointer) ? say("of_member", { member: say(memberOf(pointer)), detail }) : detail;
}

function memberOf(pointer) {
  return `member_${pointer.split("/")[1] ?? ""}`;
}
