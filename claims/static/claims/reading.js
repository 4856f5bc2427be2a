// The page of a source: collect the parts of a statement, then open the form for them.
import { paint, shortened, text, watchSelection } from "./selection.js";

const form = document.getElementById("chosen");
let kept = [];
let current = null;

function parts() {
  const all = current ? [...kept, current] : [...kept];
  return all.sort((one, other) => one.start - other.start);
}

function show() {
  const chosen = parts();
  const list = form.querySelector(".chosen-words");
  list.replaceChildren(
    ...chosen.map((part) => {
      const item = document.createElement("li");
      item.textContent = shortened(part.words);
      return item;
    }),
  );
  form.elements.spans.value = chosen.map((part) => `${part.start}-${part.end}`).join(",");
  form.querySelector("[type=submit]").disabled = chosen.length === 0;
  form.querySelector("[data-add-part]").disabled = current === null;
  form.querySelector("[data-clear-parts]").disabled = chosen.length === 0;
  paint("chosen", chosen);
}

function forget() {
  current = null;
  document.getSelection().removeAllRanges();
  show();
}

if (form && text) {
  watchSelection((span) => {
    current = span;
    show();
  });
  form.querySelector("[data-add-part]").addEventListener("click", () => {
    kept = parts();
    forget();
  });
  form.querySelector("[data-clear-parts]").addEventListener("click", () => {
    kept = [];
    forget();
  });
  show();
}

// A click on marked words points at their statement, and a statement at its words.
function highlight(key) {
  for (const node of document.querySelectorAll(".is-pointed-at")) node.classList.remove("is-pointed-at");
  for (const node of document.querySelectorAll("[data-keys~='" + key + "'], [data-statement='" + key + "']")) {
    node.classList.add("is-pointed-at");
  }
}

text?.addEventListener("click", (event) => {
  const mark = event.target.closest("mark");
  if (!mark || !document.getSelection().isCollapsed) return;
  const key = mark.dataset.keys.split(" ").at(-1);
  highlight(key);
  document.getElementById(`statement-${key}`)?.scrollIntoView({ block: "nearest" });
});

for (const item of document.querySelectorAll("[data-statement]")) {
  item.addEventListener("mouseenter", () => highlight(item.dataset.statement));
}
if (location.hash.startsWith("#marked-")) {
  const key = location.hash.slice("#marked-".length);
  highlight(key);
  document.querySelector(`mark[data-keys~='${key}']`)?.scrollIntoView({ block: "center" });
  document.getElementById(`statement-${key}`)?.scrollIntoView({ block: "nearest" });
  // The message above says what was saved.
  window.scrollTo(0, 0);
}
