// A list of suggestions under a field, walked with the arrows while the caret stays where it is.
import { debounce } from "../lib/element.ts";
import { openBy } from "../lib/popover.ts";
import { request } from "../lib/http.ts";

let count = 0;

/** Shows what `url?q=` answers; `choose` gets the one that was taken. */
export class Suggest<T> {
  private readonly menu = document.createElement("div");
  private items: T[] = [];
  private at = 0;
  private query: string | undefined;
  private readonly ask = debounce(() => void this.fetch(), 100);

  constructor(
    private readonly anchor: HTMLElement,
    private readonly url: string,
    private readonly label: (item: T) => string,
    private readonly choose: (item: T) => void,
  ) {
    Object.assign(this.menu, { className: "menu", id: `suggest-${++count}`, popover: "manual" });
    this.menu.setAttribute("role", "listbox");
    anchor.setAttribute("aria-controls", this.menu.id);
    anchor.after(this.menu);
    anchor.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    anchor.addEventListener("focusout", () => window.setTimeout(() => this.hide(), 150));
  }

  get isOpen(): boolean {
    return this.menu.matches(":popover-open");
  }

  for(query: string | undefined): void {
    if (query === undefined) return this.hide();
    this.query = query;
    this.ask();
  }

  hide(): void {
    this.ask.cancel();
    // An answer that is still on its way must not open the list again.
    this.query = undefined;
    if (this.isOpen) this.menu.hidePopover();
    this.anchor.setAttribute("aria-expanded", "false");
  }

  private async fetch(): Promise<void> {
    const asked = this.query;
    if (asked === undefined) return;
    try {
      const response = await request(`${this.url}?q=${encodeURIComponent(asked)}`);
      if (!response.ok || asked !== this.query) return;
      this.show((await response.json()) as T[]);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  private show(items: T[]): void {
    this.items = items.slice(0, 8);
    this.at = 0;
    if (!items.length) return this.hide();
    this.menu.replaceChildren(...this.items.map((item, index) => this.option(item, index)));
    openBy(this.menu, this.anchor);
    this.anchor.setAttribute("aria-expanded", "true");
    this.mark();
  }

  private option(item: T, index: number): HTMLElement {
    const option = Object.assign(document.createElement("button"), { type: "button", id: `${this.menu.id}-${index}`, textContent: this.label(item), tabIndex: -1 });
    option.setAttribute("role", "option");
    option.addEventListener("pointerdown", (event) => (event.preventDefault(), this.take(item)));
    return option;
  }

  private take(item: T): void {
    this.hide();
    this.choose(item);
  }

  private mark(): void {
    [...this.menu.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    this.anchor.setAttribute("aria-activedescendant", `${this.menu.id}-${this.at}`);
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.isOpen || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = this.items[this.at];
    if (step) {
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && item && !event.ctrlKey && !event.metaKey) this.take(item);
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
