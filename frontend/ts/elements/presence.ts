// Tells the server that this conversation is being read, written in, or left; lib/present.ts draws the others. Of a chat
// the server says whether its visitor is there: the parts of the page that say otherwise are fetched again.
//
//   <tamada-presence conversation="12" url="/conversations/12/presence"></tamada-presence>
import { debounce, define, TamadaElement } from "../lib/element.ts";
import { csrfToken, request } from "../lib/http.ts";
import { refreshSoon } from "../lib/live.ts";
import "../lib/present.ts";

const RENEW = 20_000;
const TYPING = 4_000;
const STOPPED = 5_000;

class Presence extends TamadaElement {
  private typed = 0;
  private readonly stopped = debounce(() => void this.tell("viewing"), STOPPED);

  protected enter(): void {
    void this.tell("viewing");
    this.every(RENEW, () => document.visibilityState === "visible" && void this.tell("viewing"));
    this.listen(document, "visibilitychange", () => (document.visibilityState === "visible" ? void this.tell("viewing") : this.gone()));
    this.listen(window, "pagehide", () => this.gone());
    this.listen(document, "composer:typing", () => this.typing());
  }

  protected override leave(): void {
    this.stopped.cancel();
    this.gone();
  }

  private typing(): void {
    this.stopped();
    if (Date.now() - this.typed < TYPING) return;
    this.typed = Date.now();
    void this.tell("typing");
  }

  private async tell(state: string): Promise<void> {
    try {
      const response = await request(this.text("url"), { method: "POST", body: new URLSearchParams({ state }) });
      if (response.status === 200) this.compare(((await response.json()) as { visitor: string }).visitor);
    } catch (error) {
      // Without a connection nobody can see us; the stream's banner says so already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  private compare(visitor: string): void {
    if (!this.isConnected) return;
    for (const part of document.querySelectorAll<HTMLElement>("[data-visitor]")) if (part.dataset["visitor"] !== visitor) refreshSoon(part);
  }

  private gone(): void {
    if (!this.text("url")) return;
    const body = new URLSearchParams({ state: "left", csrfmiddlewaretoken: csrfToken() });
    navigator.sendBeacon(this.text("url"), body);
  }
}

define("tamada-presence", Presence);
