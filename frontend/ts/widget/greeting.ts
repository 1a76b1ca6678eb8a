// Somebody must meet the visitor who is stuck. Three signs, as the inbox sets them; help is offered once, then never again.
import type { Store } from "./store.ts";
import type { Offer } from "./types.ts";

const VISIT = 30 * 60_000;
type Seen = { pages: Record<string, number>; empty: number; at: number };

export class Watch {
  private pause = 0;
  private readonly seen: Seen;

  constructor(
    private readonly store: Store,
    private readonly offers: Offer[],
    private readonly offer: (offer: Offer) => void,
  ) {
    const last = store.read<Seen>("seen");
    this.seen = last && Date.now() - last.at < VISIT ? last : { pages: {}, empty: 0, at: 0 };
    if (this.done || !offers.length) return;
    this.page();
    const look = (): void => void (document.querySelector("[data-tamada-empty-search]") && this.emptySearch());
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
    else look();
    const forms = offers.find(({ when }) => when === "form_pause");
    if (forms) for (const type of ["input", "focusin", "change"]) document.addEventListener(type, (event) => this.typed(event, forms), { passive: true });
    document.addEventListener("submit", () => clearTimeout(this.pause));
    addEventListener("popstate", () => this.page());
  }

  /** A search of the site found nothing: the site says so. */
  emptySearch(): void {
    this.seen.empty++;
    this.keep();
    this.consider("search_empty", this.seen.empty);
  }

  /** Help is no longer needed: the visitor came by themselves. */
  enough(): void {
    clearTimeout(this.pause);
    this.store.set("offered", "1");
  }

  private page(): void {
    const path = location.pathname;
    this.seen.pages[path] = (this.seen.pages[path] ?? 0) + 1;
    this.keep();
    this.consider("same_page", this.seen.pages[path]!);
  }

  /** A field of the page's own form was touched: now every moment counts until the next touch. */
  private typed({ target }: Event, offer: Offer): void {
    const field = target instanceof Element ? target.closest("form input, form textarea, form select") : null;
    if (!field || field.matches("[type=search], [type=hidden]")) return;
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => document.visibilityState === "visible" && this.consider("form_pause", offer.after), offer.after * 1000);
  }

  private consider(when: Offer["when"], count: number): void {
    const offer = this.offers.find((one) => one.when === when && count >= one.after);
    if (!offer || this.done) return;
    this.enough();
    this.offer(offer);
  }

  private get done(): boolean {
    return this.store.get("offered") !== null;
  }

  private keep(): void {
    this.seen.at = Date.now();
    this.store.set("seen", this.seen);
  }
}
