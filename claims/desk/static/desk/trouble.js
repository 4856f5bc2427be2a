// What stands in the way of saving, said so that it cannot be overlooked, with what can be done about it.
import { FAILING, HELD, OFFLINE, SAVED, SAVING, SIGNED_OUT } from "./outbox.js";
import { page, say } from "./words.js";

const AGAIN = 3_000;

export class Trouble {
  constructor(desk) {
    this.desk = desk;
  }

  /** Show how saving goes. */
  show(state, waiting) {
    const { status, outbox } = this.desk;
    status.showSaved(state, waiting);
    if (state === SIGNED_OUT) {
      status.calm("signed-out");
      status.warn("saving", say("sign_in", { waiting }), [[say("sign_in_there"), login()], [say("go_on"), () => outbox.go()]]);
    } else if (state === OFFLINE || state === FAILING) {
      status.warn("saving", say(state === OFFLINE ? "offline_long" : "failing_long", { waiting }), [[say("try_now"), () => outbox.go()]]);
    } else if (state === SAVED || (state === SAVING && !outbox.wait)) {
      status.calm("saving");
    }
    if (state !== HELD) status.calm("held");
  }

  /** Say that nobody is signed in any more before anything is decided; what is decided says it too. */
  showSignedOut(is) {
    const { status, lease, outbox } = this.desk;
    if (!is) status.calm("signed-out");
    else if (!outbox.acts.length) status.warn("signed-out", say("sign_in_first"), [[say("sign_in_there"), login()], [say("go_on"), () => lease.beat()]]);
  }

  /** Show who has the source open, and how to take it over. */
  showLease(lease) {
    const { status, outbox } = this.desk;
    status.showLease(lease);
    if (lease.is_mine || !lease.holder) {
      status.calm("lease");
      if (this.desk.view) this.desk.showCurrent();
      return;
    }
    const waiting = outbox.acts.length;
    const text = waiting ? say("lease_lost", { name: lease.holder, waiting }) : say("lease_other", { name: lease.holder });
    status.warn("lease", text, [[say("take_over"), () => this.takeOver()]]);
    if (this.desk.view) this.desk.showCurrent();
  }

  async takeOver() {
    const { desk } = this;
    if (!(await desk.lease.take())) return desk.tell(say("not_taken"));
    desk.tell(say("taken"));
    await desk.reload();
    desk.outbox.go();
    desk.text.focus({ preventScroll: true });
  }

  /** An older text is read, not decided upon. */
  showOld() {
    const { revision } = this.desk.record;
    this.desk.status.warn("old", say("old_revision_long", { number: revision.number, latest: revision.latest_number }), [
      [say("to_latest"), () => location.assign(page.urls.page)],
    ]);
  }

  /** Somebody else signed in meanwhile: what waits is the first one's, and stays in this tab. */
  showPerson(detail) {
    this.desk.status.warn("person", detail || say("person"), [[say("reload"), () => location.reload()]]);
  }

  showHeld(text, label, act) {
    this.desk.status.warn("held", text, [[label, act]]);
  }

  /** Ask until there is an answer; nothing can be shown without. */
  async insist(ask) {
    const { status } = this.desk;
    for (;;) {
      let answer = null;
      try {
        answer = await ask();
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      }
      if (answer?.status === 200) {
        status.calm("state");
        return answer;
      }
      const text = answer?.status === 401 ? say("sign_in_first") : (answer?.body?.detail ?? say("no_state"));
      await new Promise((resolve) => {
        const acts = [[say("try_now"), resolve]];
        if (answer?.status === 401) acts.unshift([say("sign_in_there"), login()]);
        else setTimeout(resolve, AGAIN);
        status.warn("state", text, acts);
      });
    }
  }
}

function login() {
  return `${page.urls.login}?next=${encodeURIComponent(page.urls.queues)}`;
}
