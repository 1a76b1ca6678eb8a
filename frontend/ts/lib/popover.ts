// Menus: a popover stands by its button, takes the focus, and is walked with the arrows, Home, End and letters.
// Where it has a field for words ([data-words]), letters are typed there instead.
// <button popovertarget="m">…</button> <div popover id="m" class="menu" role="menu"> <button role="menuitem">…
import { isTyping } from "./element.ts";

const ITEMS = '[role^="menuitem"]:not(:disabled), [role="option"], .item > button';
const GAP = 4;

function place(menu: HTMLElement, anchor: Element): void {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const { clientWidth, clientHeight } = document.documentElement;
  const below = from.bottom + GAP + height <= clientHeight || from.top < clientHeight - from.bottom;
  const top = below ? from.bottom + GAP : from.top - GAP - height;
  const left = from.left + width + GAP <= clientWidth ? from.left : from.right - width;
  menu.style.top = `${Math.max(GAP, Math.min(top, clientHeight - height - GAP))}px`;
  menu.style.left = `${Math.max(GAP, left)}px`;
}

/** Show a menu by any element, without a button of its own. */
export function openBy(menu: HTMLElement, anchor: Element): void {
  if (!menu.matches(":popover-open")) menu.showPopover();
  place(menu, anchor);
}

function openerOf(menu: HTMLElement): HTMLElement | undefined {
  const buttons = [...document.querySelectorAll<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`)];
  return buttons.find((button) => button.checkVisibility());
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.hasAttribute("popover")) return;
    const opens = (event as ToggleEvent).newState === "open";
    const opener = openerOf(menu);
    opener?.setAttribute("aria-expanded", String(opens));
    if (!opens || !menu.matches(".menu") || !opener) return;
    place(menu, opener);
    if (menu.contains(document.activeElement)) return;
    (menu.querySelector<HTMLElement>("[autofocus], input[type=search], [aria-checked=true]") ?? menu.querySelector<HTMLElement>(ITEMS))?.focus();
  },
  true,
);

// Drawing the page anew takes the place away that was given here.
document.addEventListener("htmx:afterSettle", () => {
  for (const menu of document.querySelectorAll<HTMLElement>(".menu:popover-open")) {
    const opener = openerOf(menu);
    if (opener) place(menu, opener);
  }
});

function target(items: HTMLElement[], key: string): HTMLElement | undefined {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const field = document.activeElement instanceof HTMLInputElement ? document.activeElement.type : "";
  if (field.startsWith("date")) return undefined; // there the arrows change the date
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items.at(at < 0 ? -1 : at - 1);
  if (field) return undefined;
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1) return undefined;
  const letter = key.toLocaleLowerCase();
  const from = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return from.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(letter));
}

document.addEventListener("keydown", (event) => {
  const { target: at } = event;
  // A browser tells of an open menu a moment after it is seen: who types at once means it, too.
  const menu = at instanceof Element ? at.closest<HTMLElement>(".menu[popover]") ?? (isTyping(at) ? null : document.querySelector<HTMLElement>(".menu:popover-open")) : null;
  if (!menu || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const words = menu.querySelector<HTMLInputElement>("[data-words]");
  if (words && event.key.length === 1 && event.key !== " " && !(document.activeElement instanceof HTMLInputElement)) {
    event.stopPropagation();
    words.select(); // the letter itself comes after this, and into the field
    words.focus();
    return;
  }
  const items = [...menu.querySelectorAll<HTMLElement>(ITEMS)].filter((item) => item.checkVisibility());
  const next = target(items, event.key);
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
});

// Choosing closes, unless the item says it stays for another choice.
document.addEventListener("click", (event) => {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>('.menu [role^="menuitem"], .menu .item > button') : null;
  if (item && !item.closest("[data-stay]")) item.closest<HTMLElement>("[popover]")?.hidePopover();
});
