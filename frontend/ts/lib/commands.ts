// What the palette can do: the commands that came with the page, everything visible that claims a key, and the choices
// of the page's menus (`data-commands` on a menu begins their names).
import { isVisible } from "./element.ts";

export interface Command {
  label: string;
  hint?: string;
  group?: string;
  icon?: string;
  href?: string;
  post?: string;
  /** A selector of what to click. */
  click?: string;
  element?: HTMLElement;
}

/** The commands of the page, those under the keys first; `choices` adds those of its menus. Each is named once. */
export function commandsOf(selector: string, choices: boolean): Command[] {
  const block = document.querySelector(selector);
  const listed = block?.textContent ? (JSON.parse(block.textContent) as Command[]) : [];
  const known = new Set<string>();
  return [...keyed(listed), ...(choices ? chosen() : []), ...listed].filter(({ label }) => {
    const name = label.toLocaleLowerCase();
    return label && !known.has(name) && known.add(name);
  });
}

/** What claims a key, but for links that the page lists anyway. */
function keyed(listed: Command[]): Command[] {
  const addresses = new Set(listed.flatMap(({ href }) => href ?? []));
  return [...document.querySelectorAll<HTMLElement>("[data-key]")]
    .filter((element) => isVisible(element) && !element.closest(".menu") && !addresses.has(element.getAttribute("href") ?? ""))
    .map((element) => ({ label: element.dataset["command"] ?? nameOf(element), hint: keysOf(element), element, icon: iconOf(element) }));
}

function chosen(): Command[] {
  return [...document.querySelectorAll<HTMLElement>(".menu[data-commands]")].flatMap((menu) =>
    [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-checked="true"])')].map((element) => ({
      label: `${menu.dataset["commands"] ?? ""} ${nameOf(element)}`,
      element,
      icon: iconOf(element),
    })),
  );
}

function iconOf(element: HTMLElement): string {
  return element.querySelector("use")?.getAttribute("href")?.split("#i-")[1] ?? "";
}

/** KeyG KeyM is G M, Slash is /. */
function keysOf(element: HTMLElement): string {
  const keys = element.dataset["key"] ?? "";
  return keys.replace(/\bKey/g, "").replace("Slash", "/").replace("Shift+", "⇧ ").replace("Mod+", "Ctrl/⌘ ");
}

function nameOf(element: HTMLElement): string {
  const label = element.getAttribute("aria-label") ?? element.title;
  if (label) return label;
  const copy = element.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd, .count, .badge, .avatar, .hush, svg").forEach((part) => part.remove());
  return copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}
