// On which occasion it was said.
import { LONGEST_NAME, choose } from "./chooser.js";

/** Ask for an event; resolves to {id, name}, to {id: null} for none where one was `chosen`, to null if given up. */
export async function chooseEvent({ chosen = null, find, words }) {
  const none = { id: null, label: words.dialog_event_none, badge: "–", value: { id: null } };
  const picked = await choose({
    title: words.dialog_event,
    placeholder: words.dialog_event_placeholder,
    async search(q, signal) {
      const { results } = await find("events", { q: q.slice(0, LONGEST_NAME) }, signal);
      const options = results.map((row) => ({
        id: row.id,
        label: row.name,
        details: [words[`dialog_event_${row.type}`], row.location, row.date],
        value: { id: row.id, name: row.name },
      }));
      return chosen && q === "" ? [...options, none] : options;
    },
    words,
  });
  return picked && picked.value;
}
