// Keys of the desk. Any element may claim one; keys are places (KeyboardEvent.code), so they work on every layout.
//
//   <tamada-shortcuts help="#shortcuts-help"></tamada-shortcuts>
//   <button data-key="KeyE">Close <kbd>E</kbd></button>  <a data-key="KeyG KeyI" href="/">Inbox</a>  <ul data-key-list>…
//
// A visible element is clicked, an input focused. J, K and Enter walk the [data-row] links of [data-key-list]; so do the arrows once
// one is reached, and from a field that controls them (aria-controls). J and K open what they reach beside the list, but not while
// rows are being selected. On a row that is not the open one, the keys of the bar for selections mean that row.
import { define, isTyping, isVisible, TamadaElement } from "../lib/element.ts";

const CHORD = 1200;

class Shortcuts extends TamadaElement {
  private begun = "";
  private timer = 0;
  private cursor: { row: HTMLElement; at: number } | undefined;

  protected enter(): void {
    this.listen<FocusEvent>(document, "focusin", ({ target }) => this.reached(target));
    this.listen(document, "htmx:afterSettle", () => this.goOn());
    this.listen<KeyboardEvent>(document, "keydown", (event) => this.pressed(event));
  }

  private pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) {
      if (!event.repeat || !["KeyJ", "KeyK"].includes(event.code)) return;
    }
    if (isTyping(event.target)) return this.typed(event);
    if (document.querySelector("dialog[open], .menu:popover-open") || (event.target as Element).closest?.("[popover].menu")) return;
    const done = this.chord(event) || this.walk(event) || this.help(event);
    if (done) event.preventDefault();
  }

  /** While typing only Escape is ours: it leaves the field without losing a word. */
  private typed(event: KeyboardEvent): void {
    const list = event.target instanceof HTMLInputElement && event.code === "ArrowDown" && event.target.getAttribute("aria-controls");
    const first = list ? document.querySelector<HTMLElement>(`#${CSS.escape(list)} [data-row]`) : null;
    if (first) return event.preventDefault(), first.focus();
    if (event.code === "Escape" && event.target instanceof HTMLElement && !event.target.closest("dialog")) event.target.blur();
  }

  private chord(event: KeyboardEvent): boolean {
    const key = [event.ctrlKey || event.metaKey ? "Mod" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", event.code];
    const combination = key.filter(Boolean).join("+");
    const wanted = this.begun ? `${this.begun} ${combination}` : combination;
    this.forget();
    if (this.act(wanted)) return true;
    if (document.querySelector(`[data-key^="${CSS.escape(combination)} "]`)) {
      this.begun = combination;
      this.timer = window.setTimeout(() => this.forget(), CHORD);
      return true;
    }
    return false;
  }

  private forget(): void {
    window.clearTimeout(this.timer);
    this.begun = "";
  }

  private act(keys: string): boolean {
    const claims = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(keys)}"]`)];
    if (claims.some((claim) => claim.closest("[data-bulk]"))) this.chooseRow();
    const element = claims.find((claim) => isVisible(claim) && !claim.matches(":disabled")) ?? claims.find((claim) => claim instanceof HTMLAnchorElement);
    if (!element) return false;
    if (isTyping(element)) element.focus();
    else element.click();
    return true;
  }

  private walk(event: KeyboardEvent): boolean {
    const arrows: Record<string, number> = document.activeElement?.matches("[data-key-list] [data-row]") ? { ArrowDown: 1, ArrowUp: -1 } : {};
    const steps: Record<string, number> = { KeyJ: 1, KeyK: -1, ...arrows };
    const step = steps[event.code];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return false;
    const rows = this.rows;
    const focused = rows.findIndex((row) => row === document.activeElement);
    const at = focused >= 0 ? focused : rows.findIndex((row) => row.matches("[aria-current]"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (!next) return false;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (this.opens(next, event)) next.click();
    return true;
  }

  private get rows(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>("[data-key-list] [data-row]")].filter((row) => row.getClientRects().length);
  }

  /** What J and K reach is read at once where it has a place beside the list; the arrows open only what is read on from. */
  private opens(row: HTMLElement, { code }: KeyboardEvent): boolean {
    if (document.querySelector("tamada-select[data-selecting]")) return false;
    if (document.body.hasAttribute("data-pane-open")) return true;
    return code.startsWith("Key") && document.querySelector(row.dataset["pane"] || "#-") !== null;
  }

  /** The row under the keys is selected, unless it is the open one or others are selected. */
  private chooseRow(): void {
    const row = document.activeElement?.closest("[data-key-list] .row");
    if (!row || row.querySelector("[aria-current]") || document.querySelector("tamada-select[data-selecting]")) return;
    row.querySelector<HTMLInputElement>("input[data-select]")?.click();
  }

  private reached(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLElement>("[data-key-list] [data-row]") : null;
    this.cursor = row ? { row, at: this.rows.indexOf(row) } : undefined;
  }

  /** The row under the keys has left the list: the one that took its place is next. */
  private goOn(): void {
    if (!this.cursor || this.cursor.row.isConnected || document.activeElement !== document.body) return;
    const rows = this.rows;
    rows[Math.min(this.cursor.at, rows.length - 1)]?.focus({ preventScroll: true });
  }

  private help(event: KeyboardEvent): boolean {
    if (event.key !== "?" && !(event.shiftKey && event.code === "Slash")) return false;
    document.querySelector<HTMLDialogElement>(this.text("help"))?.showModal();
    return true;
  }
}

define("tamada-shortcuts", Shortcuts);
