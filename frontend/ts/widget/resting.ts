// Which conversation stood open as the visitor left a page, for the next page of the same tab. The panel writes it on the
// way out and takes it as it opens: an open page holds nothing that a new tab could copy. Where storage is denied, nothing.
const LATELY = 600_000;
const nameOf = (key: string): string => `tamada:${key}:open`;

/** Whether a link of the site led here. After a reload, or from elsewhere, the chat is closed. */
export const isNext = (): boolean =>
  document.referrer.startsWith(`${location.origin}/`) && (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type === "navigate";

/** The conversation, "" where something else stood open; undefined where nothing did, or long ago. */
export function resting(key: string): string | undefined {
  try {
    const [at, place] = JSON.parse(sessionStorage.getItem(nameOf(key)) ?? "[0]") as [number, string];
    return Date.now() - at < LATELY ? place : undefined;
  } catch {
    return undefined;
  }
}

/** Write it down, or forget it. */
export function rest(key: string, place?: string): void {
  try {
    if (place === undefined) sessionStorage.removeItem(nameOf(key));
    else sessionStorage.setItem(nameOf(key), JSON.stringify([Date.now(), place]));
  } catch {
    // Denied or full.
  }
}
