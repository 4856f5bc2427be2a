// On the queues' page: what was decided on a source and is not saved yet, with the way to it.
import { make } from "./elements.js";
import { left } from "./kept.js";

const NOBODY = "00000000-0000-0000-0000-000000000000";
const node = document.getElementById("queue-unsent");
const { me, sentence, open, address } = node.dataset;

async function tell() {
  const found = await left(me);
  node.replaceChildren(
    ...found.map(({ source, number, waiting }) => {
      const href = `${address.replace(NOBODY, source)}?revision=${number}`;
      return make("p", {}, make("span", {}, sentence.replace("%(waiting)s", waiting)), make("a", { href, className: "button", textContent: open }));
    }),
  );
  node.hidden = found.length === 0;
}

await tell();
// another page sends it, or leaves more; one that is gone back to is as it was left
window.addEventListener("storage", tell);
window.addEventListener("pageshow", (event) => event.persisted && tell());
