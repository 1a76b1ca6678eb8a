// What the palette can do: the commands that came with the page, and everything visible that claims a key.
import { isVisible } from "./element.ts";

export interface Command {
  label: string;
  hint?: string;
  group?: string;
  href?: string;
  post?: string;
  /** A selector of what to click. */
  click?: string;
  element?: HTMLElement;
}

/** The commands of the page, those under the keys first. */
export function commandsOf(selector: string): Command[] {
  const block = document.querySelector(selector);
  const listed = block?.textContent ? (JSON.parse(block.textContent) as Command[]) : [];
  const claims = [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((element) => isVisible(element) && !element.closest(".menu"));
  const keyed = claims.map((element) => ({ label: nameOf(element), hint: element.querySelector("kbd")?.textContent ?? "", element }));
  return [...keyed.filter(({ label }) => label), ...listed];
}

function nameOf(element: HTMLElement): string {
  const label = element.getAttribute("aria-label") ?? element.title;
  if (label) return label;
  const copy = element.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd, .count, .badge, svg").forEach((part) => part.remove());
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
