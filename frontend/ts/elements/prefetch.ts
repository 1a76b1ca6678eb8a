// Fetches the next conversation before it is opened: on hover, on focus, and the neighbours of the one just opened.
//
//   <tamada-prefetch> <a data-row data-pane="#pane" data-topic="conversation:12" href="/conversations/12">…</a> </tamada-prefetch>
import { define, TamadaElement } from "../lib/element.ts";
import { fetchAhead } from "../lib/panes.ts";

const HOVER = 40;

class Prefetch extends TamadaElement {
  private timer = 0;

  protected enter(): void {
    this.listen<Event>(this, "pointerover", (event) => this.soon(event));
    this.listen<Event>(this, "focusin", (event) => this.soon(event));
    this.listen<Event>(this, "pointerdown", (event) => this.link(event.target) && fetchAhead(this.link(event.target) as HTMLAnchorElement));
    this.listen(document, "pane:shown", () => this.neighbours());
  }

  private link(target: EventTarget | null): HTMLAnchorElement | null {
    return target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-pane]") : null;
  }

  private soon(event: Event): void {
    const link = this.link(event.target);
    window.clearTimeout(this.timer);
    if (link && !this.saving) this.timer = window.setTimeout(() => fetchAhead(link), HOVER);
  }

  private neighbours(): void {
    if (this.saving) return;
    const rows = [...this.querySelectorAll<HTMLAnchorElement>("a[data-row][data-pane]")];
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    for (const row of [rows[at + 1], rows[at - 1]]) if (row) fetchAhead(row);
  }

  /** A person who asked their browser to save data gets nothing they didn't ask for. */
  private get saving(): boolean {
    return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  }
}

define("tamada-prefetch", Prefetch);
