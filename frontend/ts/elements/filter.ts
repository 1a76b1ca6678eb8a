// Narrows a list as one types: in menus of people, teams and tags. Enter takes the first that is left.
//
//   <tamada-filter for="#people"><input type="search"></tamada-filter> <div id="people"><button data-filter-text="Nare">…
//
// data-filter-also is another spelling of the same, as in Latin letters. A button with data-filter-new offers what was typed itself
// (as its value, and in its <b>) where nothing is called so; data-filter-none says that nothing is. Escape brings the whole list back.
import { define, TamadaElement } from "../lib/element.ts";

class Filter extends TamadaElement {
  protected enter(): void {
    this.listen(this, "input", () => this.narrow());
    this.listen<KeyboardEvent>(this, "keydown", (event) => this.pressed(event));
    // A menu that was left in the middle of a word begins with everything the next time.
    this.listen<ToggleEvent>(document, "toggle", ({ target, newState }) => newState === "closed" && target instanceof Element && target.contains(this) && this.clear(), { capture: true });
    this.listen<MouseEvent>(document, "click", ({ target }) => {
      const chosen = target instanceof Element && target.closest(`${this.text("for")} :is([data-filter-text], [data-filter-new])`);
      if (chosen) this.begin();
    });
    // What was typed is narrowed again when the list is drawn anew.
    this.listen(document, "htmx:afterSettle", () => this.field?.value && this.narrow());
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing || !["Enter", "Escape"].includes(event.key) || (event.key === "Escape" && !this.field?.value)) return;
    event.preventDefault();
    if (event.key === "Escape") return this.clear();
    const first = this.items.find((item) => !item.hidden) ?? this.fresh;
    if (first && !first.hidden) first.click();
  }

  private clear(): void {
    if (this.field) this.field.value = "";
    this.narrow();
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  private get items(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(`${this.text("for")} [data-filter-text]`)];
  }

  private get fresh(): HTMLButtonElement | null {
    return document.querySelector<HTMLButtonElement>(`${this.text("for")} [data-filter-new]`);
  }

  /** After a choice the whole list is there again; a menu that stays open waits for the next word. */
  private begin(): void {
    window.setTimeout(() => {
      this.clear();
      if (this.closest("[data-stay]")) this.field?.focus();
    });
  }

  private narrow(): void {
    const typed = (this.field?.value ?? "").replace(/\s+/g, " ").trim();
    const words = typed.toLocaleLowerCase().split(" ").filter(Boolean);
    const items = this.items;
    for (const item of items) {
      const { filterText = "", filterAlso = "" } = item.dataset;
      const text = `${filterText} ${filterAlso}`.toLocaleLowerCase();
      item.hidden = !words.every((part) => text.includes(part));
    }
    const known = items.some((item) => item.dataset["filterText"]?.toLocaleLowerCase() === typed.toLocaleLowerCase());
    this.offer(known ? "" : typed);
    this.tellNone(items);
  }

  /** Headings without anything below them go; a line says it when nothing is left at all. */
  private tellNone(items: HTMLElement[]): void {
    for (const heading of document.querySelectorAll<HTMLElement>(`${this.text("for")} :is(h2, h3)`)) heading.hidden = !items.some((item) => !item.hidden && headingOf(item) === heading);
    const none = document.querySelector<HTMLElement>(`${this.text("for")} [data-filter-none]`);
    if (none) none.hidden = items.some((item) => !item.hidden);
  }

  private offer(name: string): void {
    const fresh = this.fresh;
    if (!fresh) return;
    fresh.hidden = !name;
    fresh.value = name;
    const shown = fresh.querySelector("b");
    if (shown) shown.textContent = name;
  }
}

function headingOf(item: Element): Element | null {
  let before = item.previousElementSibling;
  while (before && !before.matches("h2, h3")) before = before.previousElementSibling;
  return before;
}

define("tamada-filter", Filter);
