// What a name as printed is likely to name; only ever a first choice, which a person sees and changes.
import { folded } from "./sentences.js";

const ARTICLE = /^(?:l'|d'|(?:the|la|le|les|de|du|des)\s)/u;

/** Beginnings of words, folded, that names of bodies have. */
const BODIES = [
  "agence agency ambassade armee army assembl association bank banque bureau cabinet comite commission committee",
  "company conseil council cour court departement department embassy federation gouvern govern institut kremlin",
  "maison-blanche minist office organi parlement parliament parti party pentagon police presidenc senat union",
  "universit",
];
/** Words that name several people. */
const SEVERAL = [
  "allies analysts analystes diplomats diplomates dirigeants experts families familles habitants leaders observateurs",
  "observers officials residents responsables sources temoins witnesses plusieurs several",
];
const BODY = new RegExp(`(?:^|[\\s'(-])(?:${BODIES.join(" ").split(" ").join("|")})`, "u");
const PEOPLE = new RegExp(`(?:^|[\\s'(-])(?:${SEVERAL.join(" ").split(" ").join("|")})(?:$|[\\s,)-])`, "u");
const ACRONYM = /^\p{Lu}{2,6}$/u;

let states = null;

/** The names of states and territories, folded, in English, in French and in the page's language. */
function stateNames() {
  if (states) return states;
  states = new Set();
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  for (const language of new Set(["en", "fr", document.documentElement.lang || "en"])) {
    const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const code of letters.flatMap((one) => letters.map((two) => one + two))) {
      const name = names.of(code);
      if (name) states.add(folded(name));
    }
  }
  return states;
}

/** person, organization, state or group. */
export function guessType(name) {
  const plain = folded(name);
  if (stateNames().has(plain) || stateNames().has(plain.replace(ARTICLE, ""))) return "state";
  if (PEOPLE.test(plain)) return "group";
  return BODY.test(plain) || ACRONYM.test(name.trim()) ? "organization" : "person";
}

/** Whether words are no name: behind their article they begin with a small letter, as “officials” and “les habitants” do. */
export function isUnnamed(name) {
  const bare = name.trim().replace(/^(?:[ld]['’]|(?:the|an?|l[ae]s?|d[eu]s?|une?)\s)/u, "");
  return /^[^\p{L}\p{N}]*\p{Ll}/u.test(bare);
}
