// What the page was given to begin with: addresses, terms, and the texts that are shown, in the reader's language.

export const page = JSON.parse(document.getElementById("desk-data").textContent);

// what people are called or wrote: of any script, and either direction
const NAMES = new Set(["name", "who", "words", "phrase", "reason", "title"]);

/** A text with its places filled in: say("of", {place: 2, all: 14}); a name turns nothing around it. */
export function say(key, values = {}) {
  const text = page.words[key];
  if (text === undefined) throw new Error(`there is no text called ${key}`);
  return text.replace(/%\((\w+)\)s/g, (whole, name) => filled(name, values[name] ?? whole)).replaceAll("%%", "%");
}

function filled(name, value) {
  return NAMES.has(name) && value !== "" ? `\u2068${value}\u2069` : String(value);
}

/** What a term of a vocabulary is called. */
export function term(vocabulary, value) {
  return page.vocabularies[vocabulary].find(([one]) => one === value)?.[1] ?? String(value);
}
