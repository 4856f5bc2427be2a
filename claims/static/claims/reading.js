// The page of a source: marked words and the list of their statements point at each other.
const text = document.getElementById("source-text");

// A click on marked words points at their statement, and a statement at its words.
function highlight(key) {
  for (const node of document.querySelectorAll(".is-pointed-at")) node.classList.remove("is-pointed-at");
  for (const node of document.querySelectorAll("[data-keys~='" + key + "'], [data-statement='" + key + "']")) {
    node.classList.add("is-pointed-at");
  }
}

text.addEventListener("click", (event) => {
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
