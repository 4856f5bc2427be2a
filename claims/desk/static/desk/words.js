// What the page was given to begin with: addresses, terms, and the texts that are shown, in the reader's language.

export const page = JSON.parse(document.getElementById("desk-data").textContent);

/** A text with its places filled in: say("of", {place: 2, all: 14}). */
export function say(key, values = {}) {
  const text = page.words[key];
  if (text === undefined) throw new Error(`there is no text called ${key}`);
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole)).replaceAll("%%", "%");
}

/** What a term of a vocabulary is called. */
export function term(vocabulary, value) {
  return page.vocabularies[vocabulary].find(([one]) => one === value)?.[1] ?? String(value);
}
