// All keys of the desk.
import { make } from "../elements.js";
import { show } from "./dialog.js";

/** Show the keys by groups, [{title, keys: [{keys: [text], does}]}]; resolves when it is closed. */
export function showLegend({ keys, words }) {
  return show({
    title: words.dialog_legend,
    kind: "legend",
    words,
    build(dialog) {
      const row = (one) =>
        make("div", {}, make("dt", {}, one.keys.map((key) => make("kbd", {}, key))), make("dd", {}, one.does));
      const groups = keys.map((group) =>
        make("section", { className: "dialog-keys" }, make("h3", {}, group.title), make("dl", {}, group.keys.map(row))),
      );
      // scrolled by keys as well
      dialog.body.setAttribute("tabindex", "0");
      dialog.body.setAttribute("data-first", "");
      dialog.body.setAttribute("role", "group");
      dialog.body.setAttribute("aria-label", words.dialog_legend);
      dialog.body.append(make("div", { className: "dialog-groups" }, groups));
      dialog.foot.append(dialog.button(words.dialog_close, () => dialog.close(null), { isMain: true, keys: words.key_name_esc }));
      dialog.node.addEventListener("keydown", (event) => {
        if (event.key !== "?" && !(event.key === "Enter" && event.target === dialog.body)) return;
        event.preventDefault();
        dialog.close(null);
      });
    },
  });
}
