// Where words stand: fields are filled with words selected in the text.
import { paint, text, watchSelection } from "./selection.js";

const form = document.getElementById("quote-form");
const fields = [...form.querySelectorAll("[data-span-field]")];
const takers = [...form.querySelectorAll(".span-take")];
const points = Array.from(text.textContent);
let current = null;
let isChanged = false;

function spanOf(value) {
  const [start, end] = value.split("-").map(Number);
  return { start, end };
}

function remember(span) {
  current = span;
  for (const button of takers) button.disabled = span === null;
  paint("chosen", span ? [span] : []);
}

function paintTaken() {
  paint("taken", fields.map((field) => field.querySelector("input").value).filter(Boolean).map(spanOf));
}

/** Fill in the remembered words once: what is taken is not taken again by mistake. */
function taken() {
  isChanged = true;
  document.getSelection().removeAllRanges();
  remember(null);
  paintTaken();
}

for (const field of fields) {
  const input = field.querySelector("input");
  const output = field.querySelector("[data-span-words]");
  const clear = field.querySelector("[data-span-clear]");
  const show = () => {
    const { start, end } = spanOf(input.value);
    output.textContent = input.value ? points.slice(start, end).join("") : output.dataset.empty;
    output.classList.toggle("is-empty", !input.value);
    clear.hidden = !input.value;
  };
  field.querySelector("[data-span-take]").addEventListener("click", () => {
    input.value = `${current.start}-${current.end}`;
    show();
    taken();
  });
  clear.addEventListener("click", () => {
    input.value = "";
    show();
    taken();
  });
  show();
}

// Leaving the page asks first, as long as something was taken and not saved.
form.addEventListener("submit", () => {
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});

watchSelection(remember);
remember(null);
if (form.querySelector(".errornote")) isChanged = true;
paintTaken();

// The words in question come into view, wherever in a long text they are.
document.querySelector(".mark-current")?.scrollIntoView({ block: "center" });
(form.querySelector(".errornote") ?? document.body).scrollIntoView({ block: "start" });
