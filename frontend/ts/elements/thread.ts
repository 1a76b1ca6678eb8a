// A conversation's messages: begins where the first unread one begins, or the newest where that is taller than the view;
// stays at the end unless one scrolled up, and marks what was read.
//
//   <tamada-thread conversation="12" read-url="/conversations/12/read" last="345" data-read-seq="7" data-live="conversation:12" …>
//     … <button class="button thread-new" data-thread-new hidden>New message</button> </tamada-thread>
import { define, debounce, TamadaElement } from "../lib/element.ts";
import { request } from "../lib/http.ts";

const NEAR = 80;
const TOP = 20;
/** What stood in view for so many milliseconds was read: nobody reads faster. */
const READ = 1_000;

class Thread extends TamadaElement {
  private atEnd = true;
  private told = "";
  // The message that stands at the top until one scrolls: pictures and frames grow after they were placed.
  private first: Element | undefined;
  private placed = { top: 0, sizes: "" };
  private readonly read = debounce(() => void this.markRead(), READ);

  protected enter(): void {
    this.begin();
    this.listen(this, "scroll", () => this.scrolled(), { passive: true });
    for (const gesture of ["wheel", "touchstart", "pointerdown", "keydown"]) this.listen(this, gesture, () => (this.first = undefined), { passive: true });
    this.listen(this, "load", () => this.follow(), { capture: true });
    this.listen(document, "visibilitychange", () => this.read());
    this.listen<MouseEvent>(this, "click", (event) => event.target instanceof Element && event.target.closest("[data-thread-new]") && this.toEnd());
    this.listen(document, "composer:sent", () => this.toEnd());
    const changes = new MutationObserver((records) => {
      if (records.some(({ attributeName }) => attributeName === "last")) this.first = undefined;
      this.follow();
    });
    changes.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["last", "open"] });
    const sizes = new ResizeObserver(() => this.follow());
    sizes.observe(this);
    this.signal.addEventListener("abort", () => (changes.disconnect(), sizes.disconnect()));
  }

  protected override leave(): void {
    this.read.cancel();
  }

  private begin(): void {
    this.first = (location.hash.startsWith("#message") && this.querySelector(location.hash)) || (this.unread ?? this.newest);
    this.follow();
    this.scrolled();
  }

  private get newest(): HTMLElement | undefined {
    return this.messages.at(-1);
  }

  /** The first message one hasn't read of those after our last answer. */
  private get unread(): HTMLElement | undefined {
    const known = this.messages;
    const read = Number(this.dataset["readSeq"] ?? 0);
    return known.slice(known.findLastIndex((message) => message.matches(".ours")) + 1).find(({ dataset }) => Number(dataset["seq"] ?? 0) > read);
  }

  private get messages(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(":scope > .message")];
  }

  private toEnd(): void {
    this.first = undefined;
    this.atEnd = true;
    this.follow();
  }

  private scrolled(): void {
    // A layout that changes moves the view as well; only where nothing changed was it somebody who scrolled.
    if (Math.abs(this.scrollTop - this.placed.top) > 2) {
      if (this.first && this.placed.sizes !== this.sizes) this.place(this.first);
      else this.first = undefined;
    }
    this.atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.atEnd) this.showNew(false);
    this.read();
  }

  private follow(): void {
    if (this.first?.isConnected) this.place(this.first);
    else if (this.atEnd) this.scrollTop = this.scrollHeight;
    else if (this.told && this.told !== this.text("last")) this.showNew(true);
    this.read();
  }

  /** At the top of the view, or as near to it as what follows allows. */
  private place(message: Element): void {
    this.scrollTop += message.getBoundingClientRect().top - this.getBoundingClientRect().top - TOP;
    this.placed = { top: this.scrollTop, sizes: this.sizes };
  }

  private get sizes(): string {
    return `${this.clientHeight} ${this.scrollHeight}`;
  }

  /** One has seen the end, or the beginning of a newest message that is taller than the view. */
  private get seesNewest(): boolean {
    if (this.atEnd) return true;
    const [view, newest] = [this.getBoundingClientRect(), this.newest?.getBoundingClientRect()];
    return newest !== undefined && newest.height > view.height && newest.top < view.bottom - NEAR && newest.bottom > view.top;
  }

  private showNew(shown: boolean): void {
    const button = this.querySelector<HTMLElement>("[data-thread-new]");
    if (button && button.hidden === shown) button.hidden = !shown;
  }

  private async markRead(): Promise<void> {
    const last = this.text("last");
    if (!this.seesNewest || document.visibilityState !== "visible" || !last || last === this.told) return;
    this.told = last;
    this.dispatchEvent(new CustomEvent("thread:seen", { bubbles: true, detail: { conversation: this.text("conversation"), last } }));
    const url = this.text("read-url");
    if (!url) return;
    try {
      await request(url, { method: "POST", body: new URLSearchParams({ last }) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.told = "";
    }
  }
}

define("tamada-thread", Thread);
