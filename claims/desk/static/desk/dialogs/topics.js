// What a statement is about.
import { LONGEST_NAME, choose } from "./chooser.js";

/** Ask for topics, those `chosen` ({id, name}) to begin with; resolves to all of them, or null. */
export async function chooseTopics({ chosen = [], find, words }) {
  const picked = await choose({
    title: words.dialog_topics,
    placeholder: words.dialog_topics_placeholder,
    many: true,
    initial: chosen.map((row) => option(row)),
    async search(q, signal) {
      const { results } = await find("topics", { q: q.slice(0, LONGEST_NAME) }, signal);
      return results.map((row) => option(row));
    },
    words,
  });
  return picked && picked.map(({ id, label }) => ({ id, name: label }));
}

function option(row) {
  return { id: row.id, label: row.name, details: [row.matched === row.name ? "" : row.matched, row.broader] };
}
