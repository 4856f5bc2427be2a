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
    if (state !== HELD) for (const name of ["held", "person", "role"]) status.calm(name);
  }

  /** Say what a sign of life was answered: that nobody is signed in any more, somebody else is, or may do nothing here. */
  showAnswer({ status: code, body }) {
    const { status, lease, outbox } = this.desk;
    const waits = outbox.acts.length > 0;
    if (code !== 401) status.calm("signed-out");
    if (code === 200) {
      if (!waits) for (const name of ["person", "role"]) status.calm(name);
      this.showNewer(body.latest_number);
    } else if (code === 401 && !waits) {
      status.warn("signed-out", say("sign_in_first"), [[say("sign_in_there"), login()], [say("go_on"), () => lease.beat()]]);
    } else if (body?.kind === "person") {
      this.showPerson(body.detail);
    } else if (body?.kind === "role") {
      this.showRole(body.detail);
    } else if (body?.kind === "source") {
      this.showGone(body.detail);
    }
  }

  /** Show who has the source open, and how to take it over; where it came back by itself, what they did with it. */
  async showLease(lease, before) {
    const { status, outbox } = this.desk;
    status.showLease(lease);
    if (lease.is_mine || !lease.holder) {
      // one that is taken over stands there until what they did is
      if (!this.isTaking) status.calm("lease");
      if (!this.desk.view) return;
      this.desk.showCurrent();
      if (!lease.is_mine || !before?.holder || before.is_mine || this.isTaking) return;
      await this.desk.reload();
      this.desk.tell(say("lease_back", { name: before.holder }));
      outbox.go();
      return;
    }
    const waiting = outbox.acts.length;
    const text = waiting ? say("lease_lost", { name: lease.holder, waiting }) : say("lease_other", { name: lease.holder });
    status.warn("lease", text, [[say("take_over"), () => this.takeOver()]]);
    if (this.desk.view) this.desk.showCurrent();
  }

  async takeOver() {
    const { desk } = this;
    if (this.isTaking) return;
    this.isTaking = true;
    try {
      if (await desk.lease.take()) await this.goOn();
      else desk.tell(say("not_taken"));
    } finally {
      this.isTaking = false;
    }
  }

  /** Show what the one before did, and go on from there. */
  async goOn() {
    const { desk } = this;
    desk.tell(say("taken"));
    await desk.reload();
    // with the button its focus goes; whoever went to a field meanwhile stays there
    const isFree = document.activeElement === document.body || document.activeElement?.closest("#desk-banners");
    if (desk.lease.isMine) desk.status.calm("lease");
    if (isFree) desk.text.focus({ preventScroll: true });
    desk.outbox.go();
  }

  /** An older text is read, not decided upon. */
  showOld() {
    const { revision } = this.desk.record;
    this.desk.status.warn("old", say("old_revision_long", { number: revision.number, latest: revision.latest_number }), [
      [say("to_latest"), () => location.assign(page.urls.page)],
    ]);
  }

  /** A newer text came in: what was decided on this one stands, and from now on it is read. */
  showNewer(latest) {
    const { record } = this.desk;
    if (!latest || latest <= record.revision.latest_number) return;
    record.revision = { ...record.revision, is_latest: false, latest_number: latest };
    this.showOld();
    this.desk.showCurrent();
  }

  /** The source was removed: nothing can be saved on it any more. */
  showGone(detail) {
    this.desk.gone = detail;
    this.desk.status.warn("gone", detail, [[say("to_queues"), () => location.assign(page.urls.queues)]]);
    this.desk.showCurrent();
  }

  /** They may not work here any more: what waits stays until they may. */
  showRole(detail) {
    const { status, lease, outbox } = this.desk;
    const again = () => (outbox.acts.length ? outbox.go() : lease.beat());
    const waiting = outbox.acts.length;
    status.warn("role", waiting ? say("kept", { detail, waiting }) : detail, [[say("try_now"), again]]);
  }

  /** What this person decided on other texts was not sent before the page was closed. */
  showElsewhere(left) {
    for (const { source, number, waiting } of left) {
      const url = `${page.urls.page.replace(page.source, source)}?revision=${number}`;
      this.desk.status.warn(`${source}:${number}`, say("unsent_elsewhere", { waiting }), [[say("open_there"), url]]);
    }
  }

  /** Somebody else signed in meanwhile: what waits is the first one's, and stays in this browser. */
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
