// <help-search>: suggestions while one types, in the pattern of a combobox. Without a script the form inside searches.
//
//   <help-search data-suggest="…" data-unopened="…"><form role="search"><input name="q"></form>
//     <div role="listbox" hidden></div><p role="status"></p></help-search>
import { debounce, define, TamadaElement } from "../lib/element.ts";

const PAUSE = 140;
const SHORTEST = 2;
const TELLING = 3;

class Search extends TamadaElement {
  private asked: AbortController | undefined;
  private chosen = -1;
  private seen = "";
  private opened = false;

  private get input(): HTMLInputElement {
    return this.querySelector("input[name=q]")!;
  }

  private get list(): HTMLElement {
    return this.querySelector("[role=listbox]")!;
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  protected enter(): void {
    const { input, list } = this;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-autocomplete": "list", "aria-expanded": "false" }))
      input.setAttribute(name, value);
    const later = debounce(() => void this.suggest(), PAUSE);
    this.listen(input, "input", later);
    this.listen<KeyboardEvent>(input, "keydown", (event) => this.key(event));
    this.listen(input, "focus", () => this.options.length && input.value.trim() === this.seen && this.show(true));
    this.listen(document, "click", ({ target }) => this.pressed(target as Element));
    this.listen(this.querySelector("form")!, "submit", () => (this.opened = true));
    this.listen(window, "pagehide", () => this.left());
  }

  private async suggest(): Promise<void> {
    this.asked?.abort();
    const words = this.input.value.trim();
    if (words.length < SHORTEST) return this.show(false);
    this.asked = new AbortController();
    try {
      const answer = await fetch(`${this.dataset["suggest"]}?q=${encodeURIComponent(words)}`, { signal: this.asked.signal });
      if (!answer.ok) return this.show(false);
      this.list.innerHTML = await answer.text(); // Escaped where it was made.
    } catch {
      return; // Another letter came, or the net is away: Enter still searches.
    }
    this.seen = words;
    this.opened = false;
    this.choose(-1);
    this.show(this.options.length > 0);
    const { some, none } = this.dataset;
    const instead = this.list.querySelector(".instead")?.textContent ?? "";
    this.querySelector("[role=status]")!.textContent = this.options.length ? `${instead} ${some ?? ""} ${this.options.length}`.trim() : (none ?? "");
  }

  private show(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.choose(-1);
  }

  private choose(index: number): void {
    this.chosen = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.options[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    const { length } = this.options;
    if (event.key === "Escape" && !this.list.hidden) this.show(false);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && length) {
      this.show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(this.chosen < 0 ? (step > 0 ? 0 : length - 1) : (this.chosen + step + length) % length);
    } else if (event.key === "Enter" && this.chosen >= 0 && !this.list.hidden) this.options[this.chosen]!.click();
    else return;
    event.preventDefault();
  }

  private pressed(target: Element): void {
    if (target.closest("[role=option], .hits a, a[data-request], help-chat")) this.opened = true;
    if (!this.contains(target)) this.show(false);
  }

  /** Something was looked for, and nothing that was found is opened. */
  private left(): void {
    const found = document.querySelector<HTMLElement>("[data-found]")?.dataset["found"] ?? "";
    const words = this.seen || found;
    if (this.opened || words.length < TELLING || this.input.value.trim() !== words) return;
    this.opened = true;
    navigator.sendBeacon(this.dataset["unopened"] ?? "", new URLSearchParams({ q: words }));
  }
}

define("help-search", Search);
