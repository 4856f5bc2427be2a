// The form for selected words: fill fields with words selected in the text, show further rows.
import { selectedSpan, text } from "./selection.js";

let current = null;

document.addEventListener("selectionchange", () => {
  const span = selectedSpan();
  if (span === null) return;
  current = span;
  for (const button of document.querySelectorAll(".span-take")) button.classList.add("is-ready");
});

function wordsOf(value) {
  const [start, end] = value.split("-").map(Number);
  return Array.from(text.textContent).slice(start, end).join("");
}

for (const field of document.querySelectorAll("[data-span-field]")) {
  const input = field.querySelector("input");
  const output = field.querySelector("[data-span-words]");
  const clear = field.querySelector("[data-span-clear]");
  const show = () => {
    output.textContent = input.value ? wordsOf(input.value) : output.dataset.empty;
    output.classList.toggle("is-empty", !input.value);
    clear.hidden = !input.value;
  };
  field.querySelector("[data-span-take]").addEventListener("click", () => {
    if (current === null) return;
    input.value = `${current.start}-${current.end}`;
    show();
  });
  clear.addEventListener("click", () => {
    input.value = "";
    show();
  });
  show();
}

for (const button of document.querySelectorAll("[data-words-take]")) {
  button.addEventListener("click", () => {
    if (current !== null) button.parentElement.querySelector("input").value = current.words;
  });
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  const rows = [...document.querySelectorAll(`[data-row="${button.dataset.reveal}"]`)];
  const update = () => {
    button.hidden = rows.every((row) => !row.hidden);
  };
  button.addEventListener("click", () => {
    const row = rows.find((one) => one.hidden);
    if (row) row.hidden = false;
    update();
  });
  update();
}

// The words in question come into view, wherever in a long text they are.
document.querySelector(".mark-current")?.scrollIntoView({ block: "center" });
window.scrollTo(0, 0);
