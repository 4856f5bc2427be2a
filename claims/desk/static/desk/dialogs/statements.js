// The same statement in another document, or the one that reports this.
import { make } from "../elements.js";
import { choose } from "./chooser.js";
import { marked } from "./differing.js";
import { fill } from "./sentences.js";

const LONGEST_TYPED = 256;

/**
 * Ask for a statement; what differs from `quote`, the words of the `item` (its id), is marked. Resolves to
 * {id, words, label}, to {id: null} for none where `canClear`, to null if given up.
 */
export async function findStatement({ source, item, quote = "", find, words, title, canClear = false }) {
  const none = { id: null, label: words.dialog_statement_none, badge: "–", value: { id: null } };
  const picked = await choose({
    title: title ?? words.dialog_statement,
    placeholder: words.dialog_statement_placeholder,
    async search(q, signal) {
      const { results } = await find("statements", { source, item, q: q.slice(0, LONGEST_TYPED) }, signal);
      const options = results.map((row) => option(row, quote, words));
      return canClear && q === "" ? [...options, none] : options;
    },
    words,
  });
  return picked && picked.value;
}

function option(row, quote, words) {
  const speakers = row.speakers.join(", ");
  const details = [speakers, row.said_at, row.source, words[`dialog_status_${row.status}`]].filter(Boolean).join(" · ");
  return {
    id: row.id,
    label: row.words,
    content: () => [
      make("span", { className: "dialog-option-words", dir: "auto" }, quote ? marked(quote, row.words) : row.words),
      make("span", { className: "dialog-option-details", dir: "auto" }, details),
    ],
    value: { id: row.id, words: row.words, label: fill(words.dialog_statement_said, { speakers, words: row.words }) },
  };
}
