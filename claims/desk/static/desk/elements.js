// Elements made by hand: text goes in as text, never as markup.

/** An element; `on` are listeners, `aria` and `data` attributes so prefixed, anything else a property. */
export function make(tag, { on = {}, aria = {}, data = {}, ...properties } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) if (value !== undefined) node[name] = value;
  for (const [name, value] of Object.entries(aria)) {
    if (value !== undefined && value !== null) node.setAttribute(name === "role" ? name : `aria-${name}`, value);
  }
  for (const [name, value] of Object.entries(data)) node.dataset[name] = value;
  for (const [name, act] of Object.entries(on)) node.addEventListener(name, act);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A key as it stands on a button; nobody needs to hear it, aria-keyshortcuts says it. */
export function keycap(text) {
  return make("kbd", { textContent: text, aria: { hidden: "true" } });
}

/** A button that does `act` and leaves the focus and the selection where they are when a mouse presses it. */
export function button(label, act, { key = "", spoken, title = "", shortcut, pressed, className = "", disabled = false } = {}) {
  return make(
    "button",
    {
      type: "button",
      className,
      title,
      disabled,
      aria: { keyshortcuts: shortcut, pressed, label: spoken },
      on: { click: act, mousedown: (event) => event.preventDefault() },
    },
    make("span", { textContent: label }),
    key ? keycap(key) : null,
  );
}

/** Put a text into an element unless it is there already. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
