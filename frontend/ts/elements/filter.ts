// Narrows a list as one types: in menus of people, teams and tags.
//
//   <tamada-filter for="#people"><input type="search"></tamada-filter> <div id="people"><button data-filter-text="Nare">…
import { define, TamadaElement } from "../lib/element.ts";

class Filter extends TamadaElement {
  protected enter(): void {
    this.listen(this, "input", () => this.narrow());
    this.listen<KeyboardEvent>(this, "keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.items.find((item) => !item.hidden)?.click();
    });
  }

  private get items(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(`${this.text("for")} [data-filter-text]`)];
  }

  private narrow(): void {
    const words = (this.querySelector("input")?.value ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const item of this.items) {
      const text = (item.dataset["filterText"] ?? "").toLocaleLowerCase();
      item.hidden = !words.every((part) => text.includes(part));
    }
  }
}

define("tamada-filter", Filter);
