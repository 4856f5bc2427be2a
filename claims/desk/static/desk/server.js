// Asking the server: as the person the page was made for, and never waiting for ever.
import { uuid7 } from "./outbox.js";
import { page } from "./words.js";

const LONGEST = 30_000;
const NOBODY = { status: 401, body: null };

/** The token against forged requests; a login makes another, so it is read each time. */
function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? null;
}

/** {status, body}; rejects where nobody answers, or not in JSON (a login page in between). */
async function ask(url, { signal, ...options } = {}) {
  const patience = AbortSignal.timeout(LONGEST);
  const answer = await fetch(url, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
    ...options,
    headers: { Accept: "application/json", "Accept-Language": page.language, ...options.headers },
  });
  if (answer.status >= 500) return { status: answer.status, body: null };
  if (!/json/.test(answer.headers.get("Content-Type") ?? "")) throw new TypeError("the answer is not JSON");
  return { status: answer.status, body: await answer.json() };
}

function post(url, body, options = {}) {
  const csrf = token();
  if (csrf === null) return Promise.resolve(NOBODY);
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return ask(url, { method: "POST", body: JSON.stringify(body), headers, ...options });
}

/** `number` is that of the text, the one that the page was asked for or the latest where it is null. */
export function state(number = page.number) {
  const url = new URL(page.urls.state, location.href);
  if (number) url.searchParams.set("revision", number);
  return ask(url);
}

/** Send one act; what only the page needs of it stays here. */
export function send({ key, group, about = null, seen = null, do: what, with: given = {}, effort = null, revision = page.revision }) {
  return post(page.urls.decisions, { key, group, as: page.me, about, seen, do: what, with: given, effort, revision });
}

/** Decide at once, past what waits: a dialog wants to know what became of it. */
export function decide({ key, do: what, with: given }) {
  return send({ key, group: key, do: what, with: given });
}

/** "hold", "take" or "release" the source for this tab. */
export function lease(what, tab) {
  return post(page.urls.lease, { do: what, tab, as: page.me }, what === "release" ? { keepalive: true } : {});
}

/** Look something up; rejects with an Error that has the status, 0 where nobody answered. */
export async function find(what, params, signal) {
  const url = new URL(page.urls.find[what], location.href);
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  let answer;
  try {
    answer = await ask(url, { signal });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw Object.assign(new Error("nobody answered", { cause: error }), { status: 0 });
  }
  if (answer.status !== 200) throw Object.assign(new Error("it was refused"), { status: answer.status });
  return answer.body;
}

export const tab = uuid7();
