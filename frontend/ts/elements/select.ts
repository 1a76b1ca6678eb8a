// Choosing several rows: click, Shift for a range, X for the one under the keys; a bar shows what can be done with them.
//
//   <tamada-select> <input type="checkbox" data-select value="12"> … <div data-bulk hidden><b data-bulk-count></b> <button hx-post="…"
//     hx-include="[data-select]:checked">Close</button> <button data-select-none>Cancel</button></div> </tamada-select>
import { define, isTyping, TamadaElement } from "../lib/element.ts";

const ASKS = "[data-bulk], [data-bulk-form]";

interface Asked {
  successful?: boolean;
  elt: Element;
  requestConfig: { verb: string };
}

class Select extends TamadaElement {
  private last: HTMLInputElement | undefined;
  private sent: string[] = [];

  protected enter(): void {
    this.listen<MouseEvent>(this.around, "click", (event) => this.clicked(event));
    this.listen(this, "change", () => this.show());
    this.listen<CustomEvent<Asked>>(this.around, "htmx:beforeSend", ({ detail }) => this.leaves(detail));
    this.listen<CustomEvent<Asked>>(this.around, "htmx:afterRequest", ({ detail }) => this.answered(detail));
    this.listen(document, "htmx:afterSwap", () => this.show());
    this.listen<KeyboardEvent>(document, "keydown", (event) => this.pressed(event));
    this.show();
  }

  /** The list with its heading, where the bar may stand. */
  private get around(): Element {
    return this.closest(".list") ?? this;
  }

  private get boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input[data-select]")];
  }

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-select-none]")) this.all(false);
    if (event.target.closest("[data-select-all]")) this.all(true);
    const box = event.target.closest<HTMLInputElement>("input[data-select]");
    if (!box) return;
    if (event.shiftKey && this.last) this.range(this.last, box);
    this.last = box;
  }

  /** What was asked for is on its way: the next key means the row under it, not these again. */
  private leaves({ elt, requestConfig: { verb } }: Asked): void {
    if (verb !== "post" || !elt.closest(ASKS)) return;
    this.sent = this.boxes.filter((box) => box.checked).map((box) => box.value);
    this.all(false);
  }

  /** What was refused, or never arrived, is selected once more. */
  private answered({ elt, successful, requestConfig: { verb } }: Asked): void {
    if (successful || verb !== "post" || !elt.closest(ASKS)) return;
    for (const box of this.boxes) box.checked ||= this.sent.includes(box.value);
    this.show();
  }

  private range(from: HTMLInputElement, to: HTMLInputElement): void {
    const boxes = this.boxes;
    const [start, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b) as [number, number];
    for (const box of boxes.slice(start, end + 1)) box.checked = to.checked;
  }

  private all(checked: boolean): void {
    for (const box of this.boxes) box.checked = checked;
    this.show();
  }

  private pressed(event: KeyboardEvent): void {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    // Escape that closes one of the bar's menus is spent.
    if (document.querySelector(".menu:popover-open")) return;
    if (event.code === "Escape" && this.hasAttribute("data-selecting")) return this.all(false);
    if (event.code !== "KeyX") return;
    const row = document.activeElement?.closest(".row") ?? this.querySelector("[data-row][aria-current]")?.closest(".row");
    row?.querySelector<HTMLInputElement>("input[data-select]")?.click();
  }

  private show(): void {
    const count = this.boxes.filter((box) => box.checked).length;
    this.toggleAttribute("data-selecting", count > 0);
    for (const bar of this.around.querySelectorAll<HTMLElement>("[data-bulk]")) bar.hidden = count === 0;
    for (const number of this.around.querySelectorAll("[data-bulk-count]")) number.textContent = String(count);
  }
}

define("tamada-select", Select);
