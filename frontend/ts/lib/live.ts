// Fragments that follow the stream. An event triggers `live` on every [data-live] element it touches, and htmx fetches it:
// <section id="list" data-live="conversation" hx-get="/inbox?fragment=list" hx-trigger="live" hx-swap="morph">
import { onStream, topicsOf } from "./events.ts";
import { htmx } from "./htmx.ts";

const QUIET = 120;
const AT_MOST = 1000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
const STAYED = 3_000;
const due = new Map<Element, { since: number; timer: number }>();
/** Fragments whose last fetch failed, by how often: the event that asked for it will not come again. */
const owed = new Map<Element, number>();
/** A page that is being left asks for nothing more: what it asked on the way out of a session would be refused. */
let leaving = false;

/** Fetch this fragment again soon: 120 ms after the last event, at most a second after the first. */
export function refreshSoon(element: Element): void {
  if (leaving) return;
  const now = performance.now();
  const since = due.get(element)?.since ?? now;
  window.clearTimeout(due.get(element)?.timer);
  const timer = window.setTimeout(() => refresh(element), Math.max(0, Math.min(QUIET, since + AT_MOST - now)));
  due.set(element, { since, timer });
}

/** Fetch every live fragment of the page again, after a gap nobody can tell the events of. */
export function refreshAll(): void {
  document.querySelectorAll("[data-live]").forEach(refreshSoon);
}

function refresh(element: Element): void {
  due.delete(element);
  if (element.isConnected && !leaving) htmx.trigger(element, "live", {});
}

onStream((event) => {
  const topics = topicsOf(event);
  for (const element of document.querySelectorAll("[data-live]")) {
    const wanted = element.getAttribute("data-live")?.split(/\s+/) ?? [];
    if (wanted.some((topic) => topics.has(topic))) refreshSoon(element);
  }
});

// A list that was paged further keeps its length: the server is told how many rows are shown.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: FormData }>).detail;
  if (!elt.matches("[data-live]")) return;
  const rows = elt.querySelectorAll("[data-row]").length;
  if (rows) (parameters as unknown as Record<string, unknown>)["rows"] = String(rows);
});

// A fetch that failed is made good: the stream may have lived on, and says nothing twice.
for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(type, (event) => {
    const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr?: XMLHttpRequest }>).detail;
    if (!elt.matches("[data-live]") || (type === "htmx:responseError" && (xhr?.status ?? 0) < 500 && xhr?.status !== 429)) return;
    const failures = owed.get(elt) ?? 0;
    owed.set(elt, failures + 1);
    window.setTimeout(() => (elt.isConnected ? owed.has(elt) && refreshSoon(elt) : owed.delete(elt)), Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures) * (0.7 + Math.random() * 0.6));
  });
}
// What the page takes back itself is no fault: htmx would log one, so an abort ends like an answer that says nothing.
document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>).detail;
  if (elt.matches("[data-live]")) xhr.onabort = xhr.onload;
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>).detail;
  if (xhr.status === 0) event.preventDefault();
  else if (xhr.status < 400) owed.delete(elt);
});
// Where the page stayed after all (a download, a draft that was kept), it makes up for what it missed.
window.addEventListener("beforeunload", () => {
  leaving = true;
  document.querySelectorAll("[data-live].htmx-request").forEach((element) => htmx.trigger(element, "htmx:abort", {}));
  window.setTimeout(() => {
    leaving = false;
    refreshAll();
  }, STAYED);
});
window.addEventListener("online", () => [...owed.keys()].forEach(refreshSoon));
