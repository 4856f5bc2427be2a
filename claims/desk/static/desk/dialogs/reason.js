// Why something is done, in a person's own words.
import { make } from "../elements.js";
import { show } from "./dialog.js";
import { fill, freshId } from "./sentences.js";

const LONGEST = 500;

/** Ask for a reason of at most 500 characters; resolves to it, or to null. */
export function askReason({ title, words }) {
  return show({
    title,
    kind: "reason",
    words,
    build(dialog) {
      const id = freshId("reason");
      const left = make("p", { id: `${id}-left`, className: "dialog-note" });
      const error = make("p", { id: `${id}-error`, className: "dialog-trouble", aria: { role: "alert" } });
      const input = make("textarea", {
        id,
        rows: 4,
        dir: "auto",
        required: true,
        aria: { describedby: `${id}-left ${id}-error` },
        data: { first: "" },
      });
      // as the record counts: in code points
      const size = () => Array.from(input.value.trim()).length;
      const count = () => {
        left.textContent = fill(words.dialog_characters_left, { count: LONGEST - size() });
        left.classList.toggle("dialog-trouble", size() > LONGEST);
        error.textContent = "";
        input.removeAttribute("aria-invalid");
      };
      const send = () => {
        const isGood = size() > 0 && size() <= LONGEST;
        if (isGood) {
          dialog.close(input.value.trim());
          return;
        }
        error.textContent = size() > 0 ? fill(words.dialog_too_long, { most: LONGEST }) : words.dialog_reason_needed;
        input.setAttribute("aria-invalid", "true");
        input.focus();
      };
      input.addEventListener("input", count);
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
        event.preventDefault();
        if (!event.repeat) send();
      });
      const label = make("label", { htmlFor: id, className: "dialog-label" }, words.dialog_reason);
      dialog.body.append(label, input, left, error);
      dialog.foot.append(
        make("p", { className: "dialog-hint" }, words.dialog_hint_reason),
        dialog.button(words.dialog_send, send, { isMain: true, keys: "⏎" }),
        dialog.cancelButton(),
      );
      count();
    },
  });
}
