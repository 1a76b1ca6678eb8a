// Where an agent writes: replies in Trix, notes in a plain field; drafts live on the server, words survive a lost connection.
// The markup is templates/desk/parts/composer.html; requests and answers are in the README.
//
//   <tamada-composer id="composer-12" data-keep conversation="12" kind="out" draft-url upload-url mention-url address-url last-seen>
import { define, TamadaElement } from "../lib/element.ts";
import { onStream, valueOf } from "../lib/events.ts";
import { htmx } from "../lib/htmx.ts";
import { request } from "../lib/http.ts";
import { settled } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import { AddressFields } from "./addresses.ts";
import { Banners } from "./banners.ts";
import { Cited } from "./cited.ts";
import { Drafts } from "./drafts.ts";
import { buildEditor, type Editor } from "./editor.ts";
import { fillEmoji } from "./emoji.ts";
import { Limits } from "./limits.ts";
import { Macros } from "./macros.ts";
import { Mentions } from "./mentions.ts";
import { Sender, UNSENT } from "./sender.ts";
import { Uploads } from "./uploads.ts";
import { type Ask, Way } from "./way.ts";
import { answerAsked } from "./asked.ts";
import { collect, setSubject, type Undone, type Written } from "./written.ts";

export class Composer extends TamadaElement {
  form!: HTMLFormElement;
  editor!: Editor;
  addresses!: AddressFields;
  uploads!: Uploads;
  drafts!: Drafts;
  banners!: Banners;
  limits!: Limits;
  cited!: Cited;
  macros!: Macros;
  mentions!: Mentions;
  /** The same for every attempt with the same text, so that a retry is never a second message. */
  clientId = newId();
  private sender!: Sender;
  private way!: Way;

  protected enter(): void {
    const form = this.querySelector("form");
    if (!form) return;
    this.form = form;
    this.banners = new Banners(this.querySelector("[data-banners]"));
    this.editor ??= buildEditor(this);
    this.cited = new Cited(this);
    this.limits = new Limits(this);
    this.addresses = new AddressFields(this, () => this.changed());
    this.uploads = new Uploads(this, () => this.changed());
    this.drafts = new Drafts(this);
    this.sender = new Sender(this);
    this.macros = new Macros(this, () => this.changed());
    this.mentions = new Mentions(this, this.text("mention-url"));
    this.way = new Way(this);
    fillEmoji(this);
    this.kind = this.kind;
    this.hear();
    this.drafts.recover();
  }

  protected override leave(): void {
    this.drafts?.leave();
  }

  private hear(): void {
    this.listen<InputEvent>(this.form, "input", () => this.changed());
    this.listen(this, "trix-change", () => this.changed());
    this.listen(this, "trix-initialize", () => (this.macros.mark(), this.limits.show())); // a draft may have come with a placeholder in it
    this.listen<SubmitEvent>(this.form, "submit", (event) => (event.preventDefault(), void this.sender.send(event.submitter)));
    this.listen<KeyboardEvent>(this, "keydown", (event) => this.pressed(event));
    this.listen<MouseEvent>(document, "click", (event) => answerAsked(this, event));
    this.listen<MouseEvent>(this, "click", (event) => this.way.asked(event));
    this.listen<CustomEvent<Element>>(this, "kept", ({ detail }) => this.way.follow(detail));
    this.listen<CustomEvent<Ask>>(document, "htmx:configRequest", ({ detail }) => this.way.ask(detail));
    this.listen<CustomEvent<{ conversation: string; last: string }>>(document, "thread:seen", ({ detail }) => this.seen(detail));
    this.listen<CustomEvent<{ data: Undone | undefined }>>(document, "undone", (event) => this.undone(event));
    onStream((event) => {
      if (event.type === "message.received" && valueOf(event, "conversation") === this.text("conversation")) this.newer();
    }, this.signal);
  }

  get kind(): "out" | "note" {
    return this.getAttribute("kind") === "note" ? "note" : "out";
  }

  set kind(kind: "out" | "note") {
    if (this.getAttribute("kind") !== kind) this.setAttribute("kind", kind);
    (this.form.elements.namedItem("kind") as HTMLInputElement).value = kind;
    for (const part of this.querySelectorAll<HTMLElement>("[data-for-kind]")) part.hidden = part.dataset["forKind"] !== kind;
    for (const tab of this.querySelectorAll<HTMLElement>("[role=tab][data-kind]")) tab.ariaSelected = String(tab.dataset["kind"] === kind);
    if (kind === "note") this.querySelector<HTMLElement>("[data-format]")?.setAttribute("hidden", "");
    this.limits.show();
    this.uploads.show();
    this.macros.show();
  }

  get note(): HTMLTextAreaElement {
    return this.form.elements.namedItem("text") as HTMLTextAreaElement;
  }

  get isEmpty(): boolean {
    return (this.kind === "note" ? !this.note.value.trim() : this.editor.isEmpty) && !this.uploads.count;
  }

  /** Everything that is written, as the server's form fields. */
  get fields(): FormData {
    return collect(this);
  }

  /** Put a draft in: one taken back from sending, one from another window, or an answer with a quote. */
  fill(written: Written): void {
    if (written.kind === "note" || written.kind === "out") this.kind = written.kind;
    if (written.html !== undefined) this.editor.html = written.html;
    if (written.text !== undefined && written.kind === "note") this.note.value = written.text;
    this.addresses.fill(written);
    if (written.attachments) this.uploads.fill(written.attachments);
    if (written.macro !== undefined) this.macros.value = written.macro;
    if (written.subject !== undefined) setSubject(this.form, written.subject);
    this.cited.fill(written);
    if (written.client_id) this.clientId = written.client_id;
  }

  /** What is sent from now on is another message. */
  startAnew(): void {
    this.clientId = newId();
  }

  /** To whom it goes and what stands below change; the words and one's own files stay. */
  begin(written: Written): void {
    const own = this.uploads.all.filter(({ cited }) => !cited);
    this.fill({ ...written, attachments: [...own, ...(written.attachments ?? [])] });
    if (!this.isEmpty || this.cited.value) this.changed();
    if (this.cited.how === "forward") this.addresses.focus();
    else this.focusText();
  }

  /** What was sent goes; what is half-written under the other tab stays, and is what one sees next. */
  clear(): void {
    const wasNote = this.kind === "note";
    if (wasNote) this.note.value = "";
    else {
      // Whom a forward went to is not who is written to next.
      if (this.cited.how === "forward") this.cited.leave();
      this.cited.fill({ cite: "" });
      this.editor.html = "";
    }
    this.uploads.fill([]);
    this.macros.value = "";
    this.banners.clear();
    this.drafts.sent();
    this.kind = wasNote || !this.note.value.trim() ? "out" : "note";
    if (!this.isEmpty) this.drafts.changed();
  }

  /** Words of somebody else's, where the caret is; a note takes them as plain text. */
  insertHtml(html: string): void {
    this.focusText();
    if (this.kind === "out") return this.editor.insertHtml(html);
    this.note.setRangeText(asText(html), this.note.selectionStart, this.note.selectionEnd, "end");
    this.changed();
  }

  /** Other words instead of what is written; undoing brings it back. */
  replaceText(html: string): void {
    this.focusText();
    if (this.kind === "out") return this.editor.replace(html);
    this.note.setRangeText(asText(html), 0, this.note.value.length, "end");
    this.changed();
  }

  focusText(): void {
    if (this.kind === "note") this.note.focus();
    else this.editor.focus();
  }

  private changed(): void {
    this.macros.mark();
    this.limits.show();
    settled(UNSENT);
    this.drafts.changed();
    this.dispatchEvent(new CustomEvent("composer:typing", { bubbles: true, detail: { kind: this.kind } }));
  }

  private pressed(event: KeyboardEvent): void {
    if (event.code === "KeyJ" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) return this.macros.open(event);
    if (event.code === "KeyP" && event.altKey && !event.ctrlKey && !event.metaKey) return this.promise(event);
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    void this.sender.send(null, event.shiftKey ? "close" : "send");
  }

  /** What one is just promising: its dialog, and the words one has chosen. */
  private promise(event: KeyboardEvent): void {
    event.preventDefault();
    document.querySelector<HTMLElement>("[data-promise]")?.click();
  }

  private seen({ conversation, last }: { conversation: string; last: string }): void {
    if (conversation !== this.text("conversation")) return;
    // In a chat one reads while one writes; a mail is read after one has written.
    if (!this.isEmpty && (this.isCrossed || !this.querySelector(".composer-to.forward-only"))) return;
    this.setAttribute("last-seen", last);
    this.banners.hide("newer");
  }

  /** A colleague wrote after what one has seen: two who answer at once are asked, however long it stood in view. */
  private get isCrossed(): boolean {
    const messages = [...(this.closest(".talk")?.querySelectorAll("tamada-thread > .message") ?? [])];
    const known = messages.findIndex(({ id }) => id === `message-${this.text("last-seen")}`);
    return messages.slice(known + 1).some((message) => message.matches("[data-colleague]"));
  }

  private newer(): void {
    if (this.isEmpty) return;
    this.banners.show("newer", "waiting", word("send.newer"), [[word("send.show"), () => this.showNewer()]]);
  }

  private showNewer(): void {
    const thread = this.closest(".talk")?.querySelector("tamada-thread");
    thread?.scrollTo({ top: thread.scrollHeight, behavior: "smooth" });
    this.setAttribute("last-seen", thread?.getAttribute("last") ?? this.text("last-seen"));
    this.banners.hide("newer");
  }

  /** A merge was taken back, and with it went words of another conversation: what is left is the server's to tell.

  What isn't saved yet stays; as it is saved, one chooses between the two. */
  private async renew(): Promise<void> {
    const saved = await this.drafts.settled();
    const url = this.closest(".talk")?.getAttribute("hx-get");
    if (!saved || !url) return;
    const response = await request(url, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(response.ok ? await response.text() : "", "text/html");
    const fresh = page.getElementById(this.id);
    if (!fresh || !this.isConnected || this.drafts.isUnsaved) return;
    this.replaceWith(fresh);
    htmx.process(fresh);
  }

  /** A message of this conversation was taken back: its words stand above what has been written since. */
  private undone(event: CustomEvent<{ data: Undone | undefined }>): void {
    const { data } = event.detail;
    if (data?.parted?.includes(this.text("conversation"))) return void this.renew();
    if (!data?.conversation || data.conversation !== this.text("conversation")) return;
    event.preventDefault();
    // The message is no more, so the last that was seen is the one before it.
    if (this.text("last-seen") === data.withdrawn) this.setAttribute("last-seen", data.last_seen ?? "");
    const isNew = !this.editor.isEmpty;
    const html = isNew ? `${data.undone ?? ""}<div><br></div>${this.editor.html}` : data.html;
    const known = new Set(this.uploads.all.map(({ id }) => id));
    const attachments = [...this.uploads.all, ...(data.attachments ?? []).filter(({ id }) => !known.has(id))];
    this.drafts.renewed("out", data.version ?? "");
    this.fill({ ...data, ...(html === undefined ? {} : { html }), attachments });
    if (isNew) this.changed();
    this.focusText();
  }
}

function asText(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<br>|<\/div>/g, "$&\n"), "text/html");
  return page.body.textContent?.trim() ?? "";
}

/** Pages of a server without https have no `randomUUID`. */
function newId(): string {
  return crypto.randomUUID?.() ?? String(Math.random());
}

define("tamada-composer", Composer);
