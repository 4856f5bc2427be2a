// In which role a speaker spoke.
import { choose } from "./chooser.js";

/** Ask for a membership of a speaker; resolves to its id, to "" for none of them, to undefined if given up. */
export async function chooseRole({ speaker, find, words }) {
  let known = null;
  const picked = await choose({
    title: words.dialog_role,
    placeholder: words.dialog_role_placeholder,
    keys: "digits",
    async search(q, signal) {
      known ??= (await find("roles", { speaker: speaker.id }, signal)).results;
      const wanted = q.toLowerCase();
      const options = known.map((row) => ({
        id: row.id,
        label: [row.role, row.organization].filter(Boolean).join(", "),
        details: [row.start || row.end ? `${row.start || "…"} – ${row.end || "…"}` : ""],
        value: row.id,
      }));
      options.push({ id: "none", label: words.dialog_role_none, value: "" });
      return options.filter((option) => option.label.toLowerCase().includes(wanted));
    },
    words,
  });
  return picked ? picked.value : undefined;
}
