// The form for selected words: fill fields with words selected in the text, show and clear further rows.
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

/** Fill in the remembered words once: what is taken is not taken again by mistake. */
function taken() {
  isChanged = true;
  document.getSelection().removeAllRanges();
  remember(null);
  paint("taken", fields.map((field) => field.querySelector("input").value).filter(Boolean).map(spanOf));
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

for (const button of form.querySelectorAll("[data-words-take]")) {
  button.addEventListener("click", () => {
    button.parentElement.querySelector("input").value = current.words;
    taken();
  });
}

for (const button of form.querySelectorAll("[data-reveal]")) {
  const rows = [...form.querySelectorAll(`[data-row="${button.dataset.reveal}"]`)];
  const update = () => {
    button.hidden = rows.every((row) => !row.hidden);
  };
  button.addEventListener("click", () => {
    const row = rows.find((one) => one.hidden);
    if (row) row.hidden = false;
    update();
  });
  for (const row of rows) {
    row.querySelector("[data-remove-row]")?.addEventListener("click", () => {
      for (const clear of row.querySelectorAll("[data-span-clear]")) clear.click();
      for (const select of row.querySelectorAll("select.admin-autocomplete")) {
        django.jQuery(select).val(null).trigger("change");
      }
      row.hidden = true;
      update();
    });
  }
  update();
}

// Leaving the page asks first, as long as something was entered and not saved.
form.addEventListener("input", () => {
  isChanged = true;
});
django.jQuery(form).on("change", () => {
  isChanged = true;
});
form.addEventListener("submit", () => {
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});

watchSelection(remember);
remember(null);
if (form.querySelector(".errornote")) isChanged = true;
paint("taken", fields.map((field) => field.querySelector("input").value).filter(Boolean).map(spanOf));

// The words in question come into view, wherever in a long text they are.
document.querySelector(".mark-current")?.scrollIntoView({ block: "center" });
(form.querySelector(".errornote") ?? document.body).scrollIntoView({ block: "start" });
