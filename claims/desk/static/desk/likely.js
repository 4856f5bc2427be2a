// How many statements may be the same as the current one: looked up once it has been current for a moment.
import { sayers } from "./forms.js";
import { find } from "./server.js";
import { page } from "./words.js";

const MOMENT = 400; // milliseconds

export class Likely {
  /** `tell` is told how many there are, 0 while nobody knows; `isSaved` says whether the server has what is shown. */
  constructor(isSaved, tell) {
    this.isSaved = isSaved;
    this.tell = tell;
    this.about = null;
    this.timer = undefined;
    this.asked = new AbortController();
  }

  /** Look for what may be the same as an item, unless that was looked for already. */
  of(item) {
    const { id, form, link } = item;
    const isFree = ["open", "draft"].includes(item.state) && !(link ?? form.same_as);
    const said = isFree ? sayers(form).flatMap((one) => one.id ?? []) : [];
    const about = said.length ? JSON.stringify([id, said, form.segments, form.said_at]) : null;
    if (about === this.about) return;
    this.about = about;
    this.asked.abort();
    clearTimeout(this.timer);
    this.tell(0);
    if (about) this.lookSoon(id);
  }

  lookSoon(item) {
    this.timer = setTimeout(() => (this.isSaved() ? this.look(item) : this.lookSoon(item)), MOMENT);
  }

  async look(item) {
    this.asked = new AbortController();
    try {
      const { results } = await find("statements", { source: page.source, item, q: "" }, this.asked.signal);
      this.tell(results.filter((one) => one.is_likely).length);
    } catch (error) {
      // no network: the key says so
      if (this.asked.signal.aborted || error.status !== undefined) return;
      throw error;
    }
  }
}
