// The statement that is current, with everything that can be said of it; each part a module of its own.
import { button, make, write } from "./elements.js";
import { isNamed } from "./formatting.js";
import { sayers } from "./forms.js";
import { keyName } from "./keys.js";
import { circumstances, when } from "./panel_circumstances.js";
import { saying } from "./panel_saying.js";
import { who } from "./panel_who.js";
import { whatWords } from "./panel_words.js";
import { wordings } from "./panel_wordings.js";
import { page, say } from "./words.js";

export class Panel {
  constructor(desk, node) {
    this.desk = desk;
    this.node = node;
    this.item = null;
    this.title = make("h2", { id: "desk-panel-title" });
    this.state = make("span", { className: "desk-state" });
    this.link = make("a", { className: "desk-admin", textContent: say("open_admin"), target: "_blank", rel: "noopener", hidden: true });
    this.reason = make("p", { className: "desk-reason", hidden: true });
    this.wrong = make("p", { className: "desk-error", hidden: true, aria: { role: "alert" } });
    this.parts = [whatWords(desk), who(desk), saying(desk), when(desk), circumstances(desk, wordings(desk))];
    this.fields = make("fieldset", { className: "desk-fields", hidden: true }, this.parts.map((part) => part.node));
    this.empty = make("p", { className: "desk-empty", textContent: say(page.mode === "review" ? "nothing_to_review_current" : "nothing_current"), hidden: true });
    node.append(
      make("header", { className: "desk-panel-head" }, this.title, this.state, this.link, ...this.buttons()),
      this.reason,
      this.wrong,
      this.fields,
      this.empty,
    );
  }

  /** The buttons of the head; none can be pressed before there is something to show. */
  buttons() {
    const { desk } = this;
    const one = (label, command, key, shortcut, className = "", sign = undefined) =>
      button(sign ?? say(label), () => desk.command(command), { key, shortcut, className: `desk-act ${className}`, spoken: sign && say(label), title: sign && say(label), disabled: true });
    const reviewing = page.mode === "review";
    this.main = one(reviewing ? "key_approve" : "key_accept", "accept", "⏎", "Enter", "is-main");
    this.other = reviewing ? one("key_return", "relay", "r", "r") : one("key_reject", "reject", "x", "x");
    this.last = one(reviewing ? "key_publish" : "key_send", "send", `${keyName("Ctrl")} ⏎`, "Control+Enter", "is-last");
    this.undo = one("undo", "undo", "u", "u");
    const moves = [one("previous", "previous", "k", "k ArrowUp", "", "↑"), one("next", "next", "j", "j ArrowDown", "", "↓")];
    this.acts = [this.main, this.other, this.last, this.undo, ...moves];
    return [this.last, make("div", { className: "desk-acts" }, this.main, this.other, reviewing ? null : this.undo, moves)];
  }

  /** Show an item; `mayChange` whether anything of it can be changed here and now. */
  show(item, { place, all, mayChange, errors }) {
    const isSame = this.item?.id === item?.id;
    this.item = item;
    this.fields.hidden = item === null;
    this.empty.hidden = item !== null;
    for (const act of this.acts) act.disabled = false;
    this.offer(item, mayChange);
    if (item === null) {
      write(this.title, "");
      write(this.state, "");
      this.link.hidden = this.reason.hidden = this.wrong.hidden = true;
      return;
    }
    write(this.title, say("place", { place, all }));
    const kind = item.state === "in_review" && item.is_approved ? "approved" : item.state;
    write(this.state, say(`state_${kind}`));
    this.state.className = `desk-state is-${kind}`;
    this.link.hidden = !item.admin_url;
    if (item.admin_url) this.link.href = item.admin_url;
    write(this.reason, item.returned_reason ? say("returned", { reason: item.returned_reason }) : "");
    this.reason.hidden = !item.returned_reason;
    const unplaced = errors.filter(({ pointer }) => !isNamed(pointer));
    write(this.wrong, unplaced.map(({ detail }) => detail).join(" "));
    this.wrong.hidden = unplaced.length === 0;
    this.fields.disabled = !mayChange;
    if (item.state === "hidden") {
      this.fields.hidden = true;
      return;
    }
    for (const part of this.parts) part.show(item, errors);
    if (!isSame) this.node.scrollTop = 0;
  }

  /** Show which of the head's buttons do something now, and why the others do not. */
  offer(item, mayChange) {
    const { record, done, outbox } = this.desk;
    const { open, draft, approved } = record.counts();
    if (page.mode === "review") {
      const isWaiting = item?.state === "in_review" && !item.is_approved;
      write(this.main.firstChild, say(isWaiting ? "key_approve" : "go_on"));
      allow(this.main, isWaiting && !item.may_review ? say("not_yours_to_review") : "");
      allow(this.other, item?.state !== "in_review" ? say("not_in_review") : item.may_review ? "" : say("not_yours_to_review"));
      allow(this.last, !approved && record.nextWaiting(null, "review") ? say("nothing_to_publish") : "");
      return;
    }
    const isOpen = item?.state === "open";
    const isAside = ["rejected", "covered"].includes(item?.state);
    write(this.main.firstChild, say(isOpen ? "key_accept" : "go_on"));
    const isSaid = isOpen && sayers(item.form).some(({ id }) => id);
    allow(this.main, !isOpen ? "" : !mayChange ? say("not_changeable") : isSaid ? "" : say("who_says"));
    write(this.other.firstChild, say(isAside ? "reopen" : "key_reject"));
    allow(this.other, mayChange || isAside ? "" : say("not_changeable"));
    write(this.last.firstChild, say(draft || open ? "key_send" : "next_source"));
    allow(this.last, !draft && open ? say("nothing_to_send") : "");
    allow(this.undo, done.length || record.undoable || outbox.acts.length ? "" : say("nothing_to_undo"));
  }

  /** Put the focus on the first thing that can be changed. */
  enter() {
    (this.fields.querySelector("button:not(:disabled), input:not(:disabled), select:not(:disabled)") ?? this.node).focus();
  }
}

/** Show that a button does nothing now, and why; pressed all the same, the page says it too. */
function allow(act, why) {
  act.title = why;
  if (why) act.setAttribute("aria-disabled", "true");
  else act.removeAttribute("aria-disabled");
}
