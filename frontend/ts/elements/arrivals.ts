// Says that something came in out of sight: a pill at the foot of a live list, which leads to the first such row.
//
//   <tamada-arrivals for="#rows"><button type="button" hidden>…<span></span></button></tamada-arrivals>
import { define, TamadaElement } from "../lib/element.ts";
import { word } from "../lib/words.ts";

const BACK = 5_000;

class Arrivals extends TamadaElement {
  private known = new Set<string>();
  private fresh = new Set<string>();
  // Rows that left, and may come back because one undid what sent them away.
  private gone = new Set<string>();
  private undone = 0;
  private seen: IntersectionObserver | undefined;
  private changes: MutationObserver | undefined;

  protected enter(): void {
    this.known = new Set(this.rows.map(({ id }) => id));
    this.seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) this.fresh.delete(target.id);
      this.draw();
    });
    this.changes = new MutationObserver(() => this.compare());
    const list = document.querySelector(this.text("for"));
    if (list) this.changes.observe(list, { childList: true, subtree: true });
    // Further pages were asked for: they are no news.
    this.listen(document, "htmx:afterSwap", (event) => {
      const asked = (event as CustomEvent<{ pathInfo?: { requestPath?: string } }>).detail.pathInfo?.requestPath ?? "";
      if (asked.includes("cursor=")) for (const { id } of this.rows) this.known.add(id);
    });
    this.listen(document, "undone", () => {
      this.undone = Date.now();
      for (const id of this.gone) this.fresh.delete(id);
      this.draw();
    });
    this.listen(this, "click", () => this.lead());
  }

  protected override leave(): void {
    this.seen?.disconnect();
    this.changes?.disconnect();
  }

  private get rows(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(`${this.text("for")} .row`)];
  }

  private compare(): void {
    const rows = this.rows;
    for (const row of rows) {
      if (this.known.has(row.id)) continue;
      this.known.add(row.id);
      if (this.gone.has(row.id) && Date.now() - this.undone < BACK) continue;
      this.fresh.add(row.id);
      this.seen?.observe(row);
    }
    const here = new Set(rows.map(({ id }) => id));
    for (const id of this.fresh) if (!here.has(id)) this.fresh.delete(id);
    // A row that went away and comes back is news again.
    for (const id of this.known) if (!here.has(id)) this.known.delete(id), this.gone.add(id);
  }

  private draw(): void {
    const button = this.querySelector("button");
    const label = this.querySelector("span");
    if (!button || !label) return;
    button.hidden = this.fresh.size === 0;
    label.textContent = word("list.new", { count: String(this.fresh.size) });
  }

  private lead(): void {
    const first = this.rows.find(({ id }) => this.fresh.has(id));
    first?.scrollIntoView({ block: "center" });
    first?.querySelector<HTMLElement>("[data-row]")?.focus({ preventScroll: true });
  }
}

define("tamada-arrivals", Arrivals);
