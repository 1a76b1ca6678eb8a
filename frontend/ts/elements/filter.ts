// Narrows a list as one types: in menus of people, teams and tags. Enter takes the first that is left.
//
//   <tamada-filter for="#people"><input type="search"></tamada-filter> <div id="people"><button data-filter-text="Nare">…
//
// A button with data-filter-new offers what was typed itself (as its value, and in its <b>) where nothing is called so.
import { define, TamadaElement } from "../lib/element.ts";

class Filter extends TamadaElement {
  protected enter(): void {
    this.listen(this, "input", () => this.narrow());
    this.listen<KeyboardEvent>(this, "keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const first = this.items.find((item) => !item.hidden) ?? this.fresh;
      if (first && !first.hidden) first.click();
    });
    this.listen<MouseEvent>(document, "click", ({ target }) => {
      const chosen = target instanceof Element && target.closest(`${this.text("for")} :is([data-filter-text], [data-filter-new])`);
      if (chosen) this.begin();
    });
    // What was typed is narrowed again when the list is drawn anew.
    this.listen(document, "htmx:afterSettle", () => this.field?.value && this.narrow());
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
      if (this.field) this.field.value = "";
      this.narrow();
      if (this.closest("[data-stay]")) this.field?.focus();
    });
  }

  private narrow(): void {
    const typed = (this.field?.value ?? "").replace(/\s+/g, " ").trim();
    const words = typed.toLocaleLowerCase().split(" ").filter(Boolean);
    const items = this.items;
    for (const item of items) {
      const text = (item.dataset["filterText"] ?? "").toLocaleLowerCase();
      item.hidden = !words.every((part) => text.includes(part));
    }
    const known = items.some((item) => item.dataset["filterText"]?.toLocaleLowerCase() === typed.toLocaleLowerCase());
    this.offer(known ? "" : typed);
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

define("tamada-filter", Filter);
