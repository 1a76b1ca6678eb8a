// Everything by name, on Ctrl/⌘+K: the page's commands, whatever claims a key, and live search results.
//
//   <tamada-palette search-url="/palette" commands="#palette-commands"></tamada-palette>
//   <script type="application/json" id="palette-commands">[{"label": "Settings", "href": "/settings", "icon": "#i-settings"}]</script>
import { type Command, commandsOf } from "../lib/commands.ts";
import { define, debounce, TamadaElement } from "../lib/element.ts";
import { post, request } from "../lib/http.ts";
import { word } from "../lib/words.ts";

class Palette extends TamadaElement {
  private dialog: HTMLDialogElement | undefined;
  private asked: AbortController | undefined;
  private readonly ask = debounce(() => void this.search(), 90);

  protected enter(): void {
    this.listen<KeyboardEvent>(document, "keydown", (event) => {
      if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.open();
    });
    this.listen<MouseEvent>(document, "click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-palette]")) this.open();
    });
  }

  open(): void {
    this.dialog ??= this.build();
    if (this.dialog.open) return;
    this.input.value = "";
    this.results.replaceChildren();
    this.draw();
    this.dialog.showModal();
  }

  private build(): HTMLDialogElement {
    const template = this.querySelector("template");
    const dialog = document.createElement("dialog");
    dialog.className = "palette";
    if (template) dialog.append(template.content.cloneNode(true));
    this.append(dialog);
    this.listen(dialog.querySelector("input") as HTMLElement, "input", () => (this.draw(), this.ask()));
    this.listen<KeyboardEvent>(dialog, "keydown", (event) => this.pressed(event));
    this.listen<MouseEvent>(dialog, "click", (event) => event.target === dialog && dialog.close());
    this.listen<MouseEvent>(dialog, "click", (event) => event.target instanceof Element && event.target.closest(".palette-item") && dialog.close());
    return dialog;
  }

  private get input(): HTMLInputElement {
    return this.dialog?.querySelector("input") as HTMLInputElement;
  }

  private get own(): HTMLElement {
    return this.dialog?.querySelector("[data-own]") as HTMLElement;
  }

  private get results(): HTMLElement {
    return this.dialog?.querySelector("[data-results]") as HTMLElement;
  }

  private draw(): void {
    const words = this.input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ label, group = "" }: Command): boolean => words.every((part) => `${label} ${group}`.toLocaleLowerCase().includes(part));
    const items = commandsOf(this.text("commands"), words.length > 0).filter(fits).slice(0, words.length ? 8 : 14).map((command) => this.item(command));
    this.own.replaceChildren(...items);
    this.none();
    this.choose(0);
  }

  private item(command: Command): HTMLElement {
    const item = document.createElement(command.href ? "a" : "button");
    item.className = "palette-item";
    item.setAttribute("role", "option");
    if (item instanceof HTMLAnchorElement) item.href = command.href ?? "";
    if (command.icon) item.append(this.icon(command.icon));
    item.append(Object.assign(document.createElement("span"), { textContent: command.label }));
    if (command.hint) item.append(Object.assign(document.createElement("kbd"), { textContent: command.hint }));
    item.addEventListener("click", () => this.run(command));
    return item;
  }

  /** A symbol of the sprite that the palette's own search icon comes from. */
  private icon(name: string): Element {
    const drawn = (this.dialog?.querySelector(".palette-ask svg") as Element).cloneNode(true) as Element;
    const use = drawn.querySelector("use");
    use?.setAttribute("href", (use.getAttribute("href") ?? "").replace(/#.*/, `#i-${name}`));
    return drawn;
  }

  private run(command: Command): void {
    this.dialog?.close();
    if (command.post) void post(command.post);
    const target = command.element ?? (command.click ? document.querySelector<HTMLElement>(command.click) : undefined);
    // A click that closes one layer and opens another must not be one event.
    if (target) window.setTimeout(() => (target.matches("input, textarea") ? target.focus() : target.click()));
  }

  private async search(): Promise<void> {
    this.asked?.abort();
    this.asked = new AbortController();
    const query = this.input.value.trim();
    if (!query) return this.results.replaceChildren();
    try {
      const response = await request(`${this.text("search-url")}?q=${encodeURIComponent(query)}`, { signal: this.asked.signal });
      if (response.ok && query === this.input.value.trim()) this.results.innerHTML = await response.text();
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
    this.none();
    this.choose(0);
  }

  private none(): void {
    const empty = this.dialog?.querySelector<HTMLElement>(".palette-none");
    if (empty) empty.hidden = this.items.length > 0;
    if (empty) empty.textContent = word("palette.none");
  }

  private get items(): HTMLElement[] {
    return [...(this.dialog?.querySelectorAll<HTMLElement>(".palette-item") ?? [])];
  }

  private choose(at: number): void {
    this.items.forEach((item, index) => {
      item.id ||= `palette-item-${Math.random().toString(36).slice(2)}`;
      item.setAttribute("aria-selected", String(index === at));
      if (index !== at) return;
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    });
  }

  private pressed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = this.items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (step) this.choose((at + step + this.items.length) % this.items.length);
    else if (event.key === "Enter" && !event.isComposing) this.items[at]?.click();
    else return;
    event.preventDefault();
  }
}

define("tamada-palette", Palette);
