// Links that fill a part of the page at once, from what was fetched ahead: <a href="/conversations/12" data-pane="#pane">
// Phones show one pane: body[data-pane-open] while something is open in it.
import { working } from "./busy.ts";
import { onStream, topicsOf } from "./events.ts";
import { htmx } from "./htmx.ts";
import { refusal, request } from "./http.ts";
import { toast } from "./toast.ts";
import { word } from "./words.ts";

const FRESH = 30_000;
const ahead = new Map<string, { at: number; topic: string; html: Promise<string> }>();
let before = "";
let shown: { url: string; pane: string } | undefined;

/** Fetch a link's content before it is asked for. */
export function fetchAhead(link: HTMLAnchorElement): void {
  const kept = ahead.get(link.href);
  if (link.href === shown?.url || link.href === location.href) return;
  if (kept && Date.now() - kept.at < FRESH) return;
  const entry = { at: Date.now(), topic: link.dataset["topic"] ?? "", html: load(link.href, link.dataset["pane"] ?? "") };
  entry.html.catch(() => ahead.delete(link.href));
  ahead.set(link.href, entry);
  if (ahead.size > 40) ahead.delete(ahead.keys().next().value ?? "");
}

async function load(url: string, pane: string): Promise<string> {
  const headers = { "HX-Request": "true", "HX-Target": pane.replace(/^#/, ""), "HX-Current-URL": location.href };
  const response = await request(url, { headers });
  if (!response.ok) throw new Error(refusal(response.status));
  return response.text();
}

/** Show a link's content in its pane and make its address the page's. */
export async function open(link: HTMLAnchorElement, push = true): Promise<void> {
  const pane = link.dataset["pane"] ?? "#pane";
  markCurrent(link.href);
  await show(link.href, pane, ahead.get(link.href), push);
}

async function show(url: string, pane: string, kept: { at: number; html: Promise<string> } | undefined, push: boolean): Promise<void> {
  shown = { url, pane };
  working(1);
  try {
    const html = await (kept && Date.now() - kept.at < FRESH ? kept.html : load(url, pane));
    if (shown.url !== url) return;
    ahead.delete(url);
    if (push && location.href !== url) history.pushState({ pane, url }, "", url);
    htmx.swap(pane, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    settle(new URL(url, location.href).pathname);
    document.body.setAttribute("data-pane-open", "");
    markCurrent(url);
    document.dispatchEvent(new CustomEvent("pane:shown", { detail: { url, pane } }));
  } catch (error) {
    toast({ text: error instanceof TypeError || !(error instanceof Error) ? word("failed") : error.message, kind: "error" });
  } finally {
    working(-1);
  }
}

function markCurrent(url: string): void {
  const path = new URL(url, location.href).pathname;
  for (const row of document.querySelectorAll<HTMLAnchorElement>("a[data-row]")) {
    const current = new URL(row.href).pathname === path;
    if (current !== row.hasAttribute("aria-current")) row.toggleAttribute("aria-current", current);
    if (current) row.setAttribute("aria-current", "true");
  }
}

/** What was asked for by `asked` may say that it lives elsewhere now (data-here): a merged conversation does. */
function settle(asked: string): void {
  const here = shownAt();
  if (!here || here === asked || location.pathname !== asked) return;
  history.replaceState({ pane: "#pane", url: here }, "", here);
  markCurrent(here);
}

function shownAt(): string {
  return document.querySelector<HTMLElement>("#pane [data-here]")?.dataset["here"] ?? "";
}

function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-pane]") : null;
  if (event.defaultPrevented || !link || !isPlain(event) || !document.querySelector(link.dataset["pane"] ?? "")) return;
  event.preventDefault();
  void open(link);
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-pane-close]") : null;
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  document.body.removeAttribute("data-pane-open");
  history.pushState({ pane: "", url: link.href }, "", link.href);
  document.querySelector<HTMLElement>("a[data-row][aria-current]")?.focus();
});

window.addEventListener("popstate", (event) => {
  const state = event.state as { pane?: string; url?: string } | null;
  if (state?.pane && state.url) void show(state.url, state.pane, undefined, false);
  else if (shown || state?.url) location.reload();
});

onStream((event) => {
  const topics = topicsOf(event);
  for (const [url, { topic }] of ahead) if (!topic || topics.has(topic)) ahead.delete(url);
});

// A list that was fetched again doesn't know what is open beside it.
document.addEventListener("htmx:beforeSwap", () => (before = shownAt()));
document.addEventListener("htmx:afterSwap", () => {
  settle(before);
  markCurrent(location.href);
});
