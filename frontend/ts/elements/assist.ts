// Beside the composer: what could be said, inserted with one key, and a quiet line below about how it reads.
// The server fills it (templates/desk/assist/panel.html) after the conversation is shown, and again when something comes.
//
//   <tamada-assist id="assist-12" data-keep hints="/assist/12/hints">…</tamada-assist> <tamada-composer …>
//   <p id="assist-hints-12" role="status"></p>
//   <button data-assist-n="1" data-assist-insert><template>html</template></button>   or data-assist-insert="address of JSON with html"
//   <button data-assist-ask="…">, data-assist-turn="…" (the words written, in others), data-assist-read="…" (theirs)
import type { Composer } from "../composer/composer.ts";
import { working } from "../lib/busy.ts";
import { debounce, define, TamadaElement } from "../lib/element.ts";
import { reasonOf, request } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

const PAUSE = 900;

interface Said {
  html?: string;
  text?: string;
  toast?: string;
}

class Assist extends TamadaElement {
  private checked = "";
  private readonly check = debounce(() => void this.look(), PAUSE);

  protected enter(): void {
    this.listen<MouseEvent>(this, "click", (event) => this.clicked(event));
    this.listen<KeyboardEvent>(document, "keydown", (event) => this.pressed(event), { capture: true });
    const place = this.parentElement ?? this;
    this.listen(place, "composer:typing", () => this.check());
    this.listen(place, "trix-initialize", () => this.check());
  }

  protected override leave(): void {
    this.check.cancel();
  }

  private get composer(): Composer | null {
    return this.parentElement?.querySelector<Composer>("tamada-composer") ?? null;
  }

  /** Alt and a digit, wherever the focus is; keys are places, so it is the same on every layout. */
  private pressed(event: KeyboardEvent): void {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
    const item = this.querySelector<HTMLElement>(`[data-assist-n="${digit}"]`);
    if (!item) return;
    event.preventDefault();
    event.stopPropagation();
    void this.insert(item);
  }

  private clicked(event: MouseEvent): void {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    const { assistInsert, assistAsk, assistTurn, assistRead } = item?.dataset ?? {};
    if (assistAsk ?? assistTurn ?? assistRead) item?.closest<HTMLElement>("[popover]")?.hidePopover();
    if (item && assistInsert !== undefined) void this.insert(item);
    else if (item && assistAsk) void this.ask(item, assistAsk);
    else if (item && assistTurn) void this.turn(item, assistTurn);
    else if (item && assistRead) void this.read(item, assistRead);
  }

  private async insert(item: HTMLElement): Promise<void> {
    const url = item.dataset["assistInsert"];
    const html = url ? (await said(item, url))?.html : item.querySelector("template")?.innerHTML;
    item.closest<HTMLElement>("[popover]")?.hidePopover();
    if (html) this.put(html, word("assist.inserted"));
  }

  private async ask(item: HTMLElement, url: string): Promise<void> {
    const found = await said(item, url, new FormData());
    if (found?.html) this.put(found.html, found.toast ?? word("assist.inserted"));
  }

  /** What is written, in better words or another language; Ctrl/⌘ Z brings one's own back. */
  private async turn(item: HTMLElement, url: string): Promise<void> {
    const { composer } = this;
    const text = composer?.kind === "note" ? composer.note.value : composer?.editor.text;
    if (!composer || !text?.trim()) return toast({ text: word("send.empty"), kind: "error" });
    const body = new FormData();
    body.set("text", text);
    const found = await said(item, url, body);
    const now = composer.kind === "note" ? composer.note.value : composer.editor.text;
    if (!found?.html || now !== text) return;
    composer.replaceText(found.html);
    toast({ text: word("assist.inserted") });
  }

  private async read(item: HTMLElement, url: string): Promise<void> {
    const body = new FormData();
    body.set("of", "theirs");
    const found = await said(item, url, body);
    const place = this.querySelector<HTMLElement>("[data-assist-said]");
    if (!place || !found?.text) return;
    place.textContent = found.text;
    place.hidden = false;
  }

  private put(html: string, text: string): void {
    const { composer } = this;
    if (!composer) return;
    composer.insertHtml(html);
    toast({ text });
  }

  /** How it reads: asked when somebody pauses, never in the way of anything. */
  private async look(): Promise<void> {
    const { composer } = this;
    const line = this.parentElement?.querySelector<HTMLElement>(`#assist-hints-${CSS.escape(this.id.slice("assist-".length))}`);
    if (!composer || !line) return;
    const text = composer.kind === "out" ? composer.editor.text : "";
    const state = `${text} ${composer.uploads.count}`;
    if (state === this.checked) return;
    this.checked = state;
    if (!text) return line.replaceChildren();
    const body = new FormData();
    body.set("text", text);
    body.set("files", String(composer.uploads.count));
    try {
      const response = await request(this.text("hints"), { method: "POST", body });
      if (response.ok && this.checked === state) line.innerHTML = await response.text();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** What an address answers; the button waits, and a refusal is said. */
async function said(item: HTMLElement, url: string, body?: FormData): Promise<Said | undefined> {
  if (item.ariaBusy === "true") return undefined;
  item.ariaBusy = "true";
  working(1);
  try {
    const response = await request(url, body ? { method: "POST", body } : {});
    if (response.ok) return (await response.json()) as Said;
    toast({ text: await reasonOf(response), kind: "error" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    toast({ text: word("failed"), kind: "error" });
  } finally {
    item.ariaBusy = null;
    working(-1);
  }
  return undefined;
}

// The summary stands in a dialog: its better words come into the field, where they can be changed.
document.addEventListener("click", (event) => {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-assist-retell]") : null;
  if (item) void retell(item);
});

async function retell(item: HTMLElement): Promise<void> {
  const field = item.closest("form")?.querySelector<HTMLTextAreaElement>("[data-assist-summary]");
  const found = await said(item, item.dataset["assistRetell"] ?? "", new FormData());
  if (!field || !found?.text) return;
  field.focus();
  field.setRangeText(found.text, 0, field.value.length, "end");
}

define("tamada-assist", Assist);
