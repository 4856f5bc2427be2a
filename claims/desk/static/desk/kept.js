// What is decided and not answered yet, kept in the browser so that it outlives the page, the tab and the browser. Each
// page has a place of its own, and a lock (Web Locks) that says it lives; what a closed page left, the next one of the
// same person on the same source takes over. Whatever two pages send both is done once: it has the same key.

const SHELF = "desk:unsent:";

export class Kept {
  /** `page` sorts behind earlier pages. */
  constructor(person, page) {
    this.mine = `${SHELF}${person}:`;
    this.page = page;
    this.awaited = new Set();
  }

  /**
   * Take a place for what is decided on a text of a source, and what closed pages left of it; resolves to that, in its
   * order. What pages that live leave once they are closed is given to `inherited` then.
   */
  async open(source, number, inherited) {
    this.shelf = `${this.mine}${source}:${number}:`;
    this.place = this.shelf + this.page;
    const left = this.places(this.shelf);
    if (!navigator.locks) return left.flatMap((place) => this.take(place));
    await new Promise((resolve) => {
      navigator.locks.request(this.place, () => {
        resolve();
        // until the page is gone
        return new Promise(() => {});
      });
    });
    const found = [];
    for (const place of left) {
      await navigator.locks.request(place, { ifAvailable: true }, (lock) => lock && found.push(...this.take(place)));
    }
    const wait = async (place) => {
      if (this.awaited.has(place)) return;
      this.awaited.add(place);
      await navigator.locks.request(place, () => inherited(this.take(place)));
      this.awaited.delete(place);
    };
    // pages that live, or were left only now; and those that are opened later
    this.places(this.shelf).forEach(wait);
    window.addEventListener("storage", ({ key, newValue }) => key?.startsWith(this.shelf) && newValue !== null && wait(key));
    return found;
  }

  places(shelf) {
    return Object.keys(localStorage).filter((key) => key.startsWith(shelf) && key !== this.place).sort();
  }

  /** Move what lies at a place to this page's: at no time is it at neither. */
  take(place) {
    const mine = read(this.place);
    const keys = new Set(mine.map(({ key }) => key));
    const acts = read(place).filter(({ key }) => !keys.has(key));
    if (acts.length === 0 || this.write([...mine, ...acts])) localStorage.removeItem(place);
    return acts;
  }

  /** Keep these and no others; false where there is no room: then the page alone has them, and leaving it warns. */
  write(acts) {
    try {
      if (acts.length) localStorage.setItem(this.place, JSON.stringify(acts));
      else localStorage.removeItem(this.place);
      return true;
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      return false;
    }
  }

  /** What this person left of other texts, as [{source, number, waiting}]; what a living page has is its own to send. */
  elsewhere() {
    return leftBy(this.mine, (place) => !place.startsWith(this.shelf));
  }
}

/** What a person left of any text, where no page of it lives that sends it. */
export function left(person) {
  return leftBy(`${SHELF}${person}:`, () => true);
}

async function leftBy(mine, isMeant) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const living = new Set(held.map(({ name }) => name));
  const places = Object.keys(localStorage).filter((place) => place.startsWith(mine) && isMeant(place) && !living.has(place));
  const found = new Map();
  for (const place of places.sort()) {
    const [source, number] = place.slice(mine.length).split(":");
    const before = found.get(`${source}:${number}`)?.waiting ?? 0;
    found.set(`${source}:${number}`, { source, number, waiting: before + read(place).length });
  }
  return [...found.values()];
}

function read(place) {
  return JSON.parse(localStorage.getItem(place)) ?? [];
}
