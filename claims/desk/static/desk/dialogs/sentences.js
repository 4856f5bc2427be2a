// Sentences with values in them, and what several dialogs say or compare.

/** A sentence with its places, written %(name)s, taken by values. */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** The sentence for a number, of those whose names end in _one and _other. */
export function plural(words, name, count) {
  const language = document.documentElement.lang || "en";
  const form = new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";
  return fill(words[`${name}_${form}`], { count: new Intl.NumberFormat(language).format(count) });
}

let made = 0;

/** An id that no other element of the page has. */
export function freshId(name) {
  made += 1;
  return `dialog-${name}-${made}`;
}

/** What became of a question, in a sentence: `status` is that of the answer, 0 where nobody answered. */
export function trouble(words, status, detail) {
  if (!status) return navigator.onLine ? words.dialog_no_answer : words.dialog_offline;
  if (status === 401) return words.dialog_signed_out;
  if (status === 403) return detail || words.dialog_not_allowed;
  if (status === 429 || status >= 500) return words.dialog_failing;
  return detail || words.dialog_failing;
}

/** Text as it is compared: without accents, capitals or doubled spaces. */
export function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[’ʼ]/gu, "'")
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .trim();
}
