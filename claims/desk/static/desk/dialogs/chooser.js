// Choosing one or several of what can be looked up.
import { make as element } from "../elements.js";
import { Combobox } from "./combobox.js";
import { show } from "./dialog.js";

/** The most characters by which a name is looked up; more are no name. */
export const LONGEST_NAME = 100;

/**
 * Ask for an option, {id, label, details: [text], badge, content(): nodes}, of those that `search(typed, signal)`
 * resolves to.
 *
 * Resolves to the option, with `many` to a list of them, to {make: typed} where `make(typed)` gave {label} and that was
 * taken, to null where it is given up. With keys "digits" lines are numbered while nothing is typed, and a digit takes one.
 */
export function choose({ title, placeholder, typed = "", search, make, many = false, initial = [], keys, words }) {
  return show({
    title,
    kind: "choose",
    words,
    build(dialog) {
      const combobox = new Combobox({
        dialog,
        label: words.dialog_look_for,
        placeholder,
        typed,
        search,
        make,
        many,
        initial,
        keys,
        took: (option) => dialog.close(option.isMake ? { make: option.typed } : option),
        finished: (options) => dialog.close(options),
      });
      dialog.body.append(combobox.node);
      const done = () => dialog.close(combobox.chosen);
      const hint = many ? words.dialog_hint_many : keys === "digits" ? words.dialog_hint_digits : words.dialog_hint_one;
      dialog.foot.append(
        element("p", { className: "dialog-hint" }, hint),
        ...(many ? [dialog.button(words.dialog_done, done, { isMain: true, keys: `${words.key_name_ctrl}+⏎` })] : []),
        dialog.cancelButton(),
      );
      combobox.look();
    },
  });
}
