// Who else is here: tells the server that this conversation is read or written in, and draws the others wherever shown.
//
//   <tamada-presence conversation="12" url="/conversations/12/presence" me="7"></tamada-presence>  … <span data-presence="12"></span>
import { define, TamadaElement } from "../lib/element.ts";
import { onStream, valueOf, type StreamEvent } from "../lib/events.ts";
import { csrfToken, request } from "../lib/http.ts";
import { word } from "../lib/words.ts";

const RENEW = 20_000;
const FORGET = 60_000;
const TYPING = 4_000;

interface Present {
  id: number | string;
  name: string;
  initials: string;
  hue: number;
  state: string;
}

class Presence extends TamadaElement {
  private typed = 0;

  protected enter(): void {
    void this.tell("viewing");
    this.every(RENEW, () => document.visibilityState === "visible" && void this.tell("viewing"));
    this.listen(document, "visibilitychange", () => (document.visibilityState === "visible" ? void this.tell("viewing") : this.gone()));
    this.listen(window, "pagehide", () => this.gone());
    this.listen(document, "composer:typing", () => this.typing());
  }

  protected override leave(): void {
    this.gone();
  }

  private typing(): void {
    if (Date.now() - this.typed < TYPING) return;
    this.typed = Date.now();
    void this.tell("typing");
  }

  private async tell(state: string): Promise<void> {
    try {
      await request(this.text("url"), { method: "POST", body: new URLSearchParams({ state }) });
    } catch (error) {
      // Without a connection nobody can see us; the stream's banner says so already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  private gone(): void {
    if (!this.text("url")) return;
    const body = new URLSearchParams({ state: "left", csrfmiddlewaretoken: csrfToken() });
    navigator.sendBeacon(this.text("url"), body);
  }
}

const forgetting = new Map<string, number>();

function draw(event: StreamEvent): void {
  const conversation = valueOf(event, "conversation");
  const me = document.querySelector("tamada-stream")?.getAttribute("scope");
  const others = ((event.data["agents"] ?? []) as Present[]).filter(({ id }) => String(id) !== me);
  fill(conversation, others);
  window.clearTimeout(forgetting.get(conversation));
  forgetting.set(conversation, window.setTimeout(() => fill(conversation, []), FORGET));
}

function fill(conversation: string, others: Present[]): void {
  for (const slot of document.querySelectorAll(`[data-presence="${CSS.escape(conversation)}"]`)) slot.replaceChildren(...others.map(avatar));
  const typing = others.find(({ state }) => state === "typing");
  for (const line of document.querySelectorAll(`[data-typing="${CSS.escape(conversation)}"]`))
    line.textContent = typing ? word("typing", { name: typing.name }) : "";
}

function avatar({ name, initials, hue, state }: Present): HTMLElement {
  const element = document.createElement("span");
  element.className = "avatar tiny";
  Object.assign(element.dataset, { hue: String(hue), state });
  element.title = word(state === "typing" ? "typing" : "viewing", { name });
  const letters = Object.assign(document.createElement("span"), { textContent: initials, ariaHidden: "true" });
  element.append(letters, Object.assign(document.createElement("span"), { className: "hush", textContent: element.title }));
  return element;
}

onStream((event) => {
  if (event.type === "presence") draw(event);
});

define("tamada-presence", Presence);
