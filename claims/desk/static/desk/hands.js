// Keys and clicks on the text: the keys act only while it, or nothing, has the focus, and can be switched off.
import { isOpen } from "./dialogs/dialog.js";
import { commandOf } from "./keys.js";

const SWITCH = "desk:keys";
const REPEATED = new Set(["next", "previous", "cursor", "edge"]);
const FIELDS = "input, select, textarea";
const PRESSED = "a, button";

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
    this.before = null;
    document.addEventListener("keydown", (event) => this.press(event));
    desk.text.addEventListener("click", (event) => this.click(event));
    desk.text.addEventListener("dblclick", () => desk.turnTo(this.before, { keepsView: true, quiet: true }));
    // where the drag ends nobody knows before: outside the text too
    document.addEventListener("pointerup", (event) => desk.markExact(event.altKey));
    document.addEventListener("pointerdown", (event) => this.leaveField(event), true);
    desk.panel.node.addEventListener("click", (event) => this.clickPanel(event));
    window.addEventListener("focus", () => document.activeElement?.matches(PRESSED) && this.isInPanel() && this.toText());
  }

  isInPanel() {
    return this.desk.panel.node.contains(document.activeElement);
  }

  toText() {
    this.desk.text.focus({ preventScroll: true });
  }

  /** What is written in a field belongs to the current item: it is taken before a button leads to another. */
  leaveField({ target }) {
    if (document.activeElement?.matches(FIELDS) && this.isInPanel() && target.closest(PRESSED)) this.toText();
  }

  /** A mouse that pressed a button or a link gives the keys back to the text; who came by keyboard stays. */
  clickPanel(event) {
    if (event.detail > 0 && event.target.closest(PRESSED)) this.toText();
  }

  press(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !isOpen() && this.isInPanel()) {
      event.preventDefault();
      this.toText();
      return;
    }
    const focused = document.activeElement;
    const isHere = focused === this.desk.text || focused === document.body || focused === null;
    if (!areKeysOn() || isOpen() || !isHere || event.defaultPrevented) return;
    const asked = commandOf(event);
    if (asked === null) return;
    event.preventDefault();
    // a key that is held down goes on, but decides once
    if (!event.repeat || REPEATED.has(asked[0])) this.desk.command(...asked);
  }

  click(event) {
    const { desk } = this;
    const { view } = desk;
    // a double click selects a word: what was current before its first is current again
    if (event.detail === 1) this.before = desk.id;
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
