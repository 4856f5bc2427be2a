// Keys and clicks on the text: the keys act only while it, or nothing, has the focus, and can be switched off.
import { isOpen } from "./dialogs/dialog.js";
import { commandOf } from "./keys.js";

const SWITCH = "desk:keys";
const REPEATED = new Set(["next", "previous", "cursor"]);

/** Whether the keys act (WCAG 2.1.4: who dictates or slips switches them off). */
export function areKeysOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchKeys() {
  localStorage.setItem(SWITCH, areKeysOn() ? "off" : "on");
  return areKeysOn();
}

export class Hands {
  constructor(desk) {
    this.desk = desk;
    document.addEventListener("keydown", (event) => this.press(event));
    desk.text.addEventListener("click", (event) => this.click(event));
  }

  press(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !isOpen() && this.desk.panel.node.contains(document.activeElement)) {
      event.preventDefault();
      this.desk.text.focus({ preventScroll: true });
      return;
    }
    const focused = document.activeElement;
    const isHere = focused === this.desk.text || focused === document.body || focused === null;
    if (!areKeysOn() || isOpen() || !isHere || event.defaultPrevented) return;
    const asked = commandOf(event, this.desk.view.selected() !== null);
    if (asked === null) return;
    event.preventDefault();
    // a key that is held down goes on, but decides once
    if (!event.repeat || REPEATED.has(asked[0])) this.desk.command(...asked);
  }

  click(event) {
    const { desk } = this;
    const { view } = desk;
    if (!document.getSelection().isCollapsed) return;
    const ids = view.idsAt(event.target);
    // the innermost first; another click goes to the one around it
    const place = ids.indexOf(desk.id);
    const id = place > 0 ? ids[place - 1] : ids.at(-1);
    if (id) desk.turnTo(id, { keepsView: true });
    const selection = document.getSelection();
    if (selection.rangeCount) desk.cursor.leave(view.pointOf(selection.anchorNode, selection.anchorOffset));
  }
}
