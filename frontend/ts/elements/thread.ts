// A conversation's messages: begins at the first unread one, stays at the end unless one scrolled up, and marks what was read.
//
//   <tamada-thread conversation="12" read-url="/conversations/12/read" last="345" data-live="conversation:12" …>
//     … <button class="button thread-new" data-thread-new hidden>New message</button> </tamada-thread>
import { define, debounce, TamadaElement } from "../lib/element.ts";
import { request } from "../lib/http.ts";

const NEAR = 80;

class Thread extends TamadaElement {
  private atEnd = true;
  private told = "";
  private readonly read = debounce(() => void this.markRead(), 400);

  protected enter(): void {
    this.begin();
    this.listen(this, "scroll", () => this.scrolled(), { passive: true });
    // Pictures and mail frames grow after they were placed.
    this.listen(this, "load", () => this.follow(), { capture: true });
    this.listen(document, "visibilitychange", () => this.read());
    this.listen<MouseEvent>(this, "click", (event) => event.target instanceof Element && event.target.closest("[data-thread-new]") && this.toEnd());
    this.listen(document, "composer:sent", () => this.toEnd());
    const changes = new MutationObserver(() => this.follow());
    changes.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["last", "open"] });
    const sizes = new ResizeObserver(() => this.follow());
    sizes.observe(this);
    this.signal.addEventListener("abort", () => (changes.disconnect(), sizes.disconnect()));
  }

  protected override leave(): void {
    this.read.cancel();
  }

  private begin(): void {
    const first = location.hash.startsWith("#message") ? this.querySelector(location.hash) : this.querySelector(".divider.new");
    if (first) first.scrollIntoView({ block: "start" });
    else this.scrollTop = this.scrollHeight;
    this.scrolled();
  }

  private toEnd(): void {
    this.atEnd = true;
    this.follow();
  }

  private scrolled(): void {
    this.atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.atEnd) this.showNew(false);
    this.read();
  }

  private follow(): void {
    if (this.atEnd) this.scrollTop = this.scrollHeight;
    else if (this.told && this.told !== this.text("last")) this.showNew(true);
    this.read();
  }

  private showNew(shown: boolean): void {
    const button = this.querySelector<HTMLElement>("[data-thread-new]");
    if (button && button.hidden === shown) button.hidden = !shown;
  }

  private async markRead(): Promise<void> {
    const last = this.text("last");
    if (!this.atEnd || document.visibilityState !== "visible" || !last || last === this.told) return;
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
