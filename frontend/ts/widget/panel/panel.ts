// The open panel: a head with who and when, one view below it. The keyboard stays in it until Escape.
import { freshId } from "../api.ts";
import type { Chat } from "../chat.ts";
import { DRAWN, h, icon, sheet } from "../dom.ts";
import type { Frame, Panel } from "../frame.ts";
import { isOpen } from "../hours.ts";
import { rest, resting } from "../resting.ts";
import type { Code } from "../words.ts";
import type { Drafts } from "./composer.ts";
import { asked, FormView } from "./forms.ts";
import { ListView } from "./list.ts";
import css from "./panel.css";
import { Voice } from "./speech.ts";
import { ThreadView } from "./thread.ts";
import type { Waiting } from "../types.ts";

export interface View {
  readonly element: HTMLElement;
  focus(): void;
  /** What is known has changed. */
  update(): void;
}

const LATELY = 3 * 86_400_000;
const PATIENCE = 3_000;
/** The place that is no conversation. */
const LIST = "list";
const FOCUSABLE = "button, textarea, input:not([hidden]), a[href], [tabindex='0']";

export class ChatPanel implements Panel {
  private voice: Voice;
  private element = h("section");
  private view: View | undefined;
  private guess = false;
  /** Nobody asked for the panel here: until somebody turns to it, the focus stays where it is. */
  private calm = false;
  private readonly drafts: Drafts = new Map();
  private readonly back: HTMLButtonElement;
  private readonly status = h("p", { class: "hours" });
  private readonly trouble = h("p", { class: "trouble", role: "status" });
  private readonly place = h("div", { class: "view" });

  constructor(
    private readonly frame: Frame,
    private readonly chat: Chat,
    private readonly close: () => void,
  ) {
    frame.root.adoptedStyleSheets = [...frame.root.adoptedStyleSheets, sheet(css)];
    this.voice = new Voice(frame.speech.code);
    this.back = h("button", { class: "tool", type: "button", onclick: () => this.toList() }, icon(DRAWN.back));
    this.draw();
    chat.addEventListener("change", () => (this.follow(), this.reconsider(), this.update()));
    chat.addEventListener("forget", () => this.forget());
    chat.addEventListener("form", () => this.askAgain());
    document.addEventListener("visibilitychange", () => this.view?.update());
    addEventListener("pagehide", () => this.leave());
    // A page that comes back as it was left: closed on the way, it is closed here too.
    addEventListener("pageshow", ({ persisted }) => persisted && (resting(chat.key) === undefined ? close() : rest(chat.key)));
    addEventListener("storage", (event) => this.overheard(event));
    window.visualViewport?.addEventListener("resize", () => this.fit());
  }

  show(again: boolean): void {
    this.calm = again;
    if (this.element.hidden) this.element.classList.toggle("still", again);
    this.element.hidden = false;
    if (!this.view) void this.arrive();
    this.update();
    if (!again) this.view?.focus();
  }

  /** Where they were on the page before, if that is still theirs. Where nothing was written there was no conversation. */
  private goBack(place: string): boolean {
    const { outbox, conversations, store } = this.chat;
    const id = outbox.placeOf(place);
    const begun = id.startsWith("new:") && (this.chat.waiting(id).length || store.get("draft:new") || store.get("files:new"));
    if (id === LIST && this.calm && conversations.size) this.toList();
    else if (begun || conversations.has(id)) this.toThread(id);
    else return false;
    return true;
  }

  private leave(): void {
    if (this.chat.open) rest(this.chat.key, this.view instanceof ThreadView ? this.view.id : this.view instanceof ListView ? LIST : "");
  }

  /** Where the visitor left off; who was here before is asked for first, but not waited for long. */
  private async arrive(): Promise<void> {
    const place = resting(this.chat.key) ?? "";
    rest(this.chat.key);
    if (this.goBack(place)) return;
    if (this.chat.api.token && !this.chat.listed) await Promise.race([this.chat.asked(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    this.guess = Boolean(this.chat.api.token) && !this.chat.listed;
    if (!this.view && !this.goBack(place)) this.home();
  }

  /** A blank page was shown because the server did not answer: now it has. */
  private reconsider(): void {
    if (!this.guess || !this.chat.listed) return;
    this.guess = false;
    if (this.view instanceof ThreadView && this.view.isNew && this.view.composer.isEmpty && !this.chat.waiting(this.view.id).length) this.home();
  }

  hide(): void {
    this.element.hidden = true;
    rest(this.chat.key);
  }

  speak(): void {
    const hidden = this.element.hidden;
    const thread = this.view instanceof ThreadView ? this.view.id : undefined;
    this.voice = new Voice(this.frame.speech.code as Code);
    this.element.remove();
    this.draw();
    this.element.hidden = hidden;
    if (thread) this.toThread(thread);
    else if (this.view instanceof ListView) this.toList();
    else if (this.view) this.home();
    this.update();
  }

  private draw(): void {
    const { voice } = this;
    const title = this.chat.config!.texts.title || this.chat.config!.name || voice.say("title");
    const close = h("button", { class: "tool", type: "button", "aria-label": this.frame.speech.say("close"), onclick: () => this.close() }, icon(DRAWN.close));
    this.back.setAttribute("aria-label", voice.say("back"));
    const head = h("header", {}, this.back, h("div", { class: "who" }, h("h2", { dir: "auto" }, title), this.status), close);
    this.element = h("section", { class: "panel", role: "dialog", "aria-label": title, tabindex: -1, hidden: true }, head, this.trouble, this.place);
    this.element.append(h("div", { class: "drop", "aria-hidden": "true" }, voice.say("drop")));
    this.element.addEventListener("keydown", (event) => this.key(event));
    for (const type of ["keyup", "keypress"]) this.element.addEventListener(type, (event) => event.stopPropagation());
    for (const type of ["pointerdown", "focusin"]) this.element.addEventListener(type, () => (this.calm = false));
    this.dropping(this.element);
    this.frame.launcher.before(this.element);
  }

  private update(): void {
    if (this.element.hidden || !this.view) return;
    this.trouble.textContent = this.chat.reached ? "" : this.offline();
    this.status.textContent = this.hours();
    this.back.hidden = this.view instanceof ListView || !this.chat.list.length;
    this.view.update();
  }

  /** A reload keeps words, but not the bytes of a file that waits. */
  private offline(): string {
    const files = [...this.drafts.values()].some(({ unfinished }) => unfinished);
    return files ? `${this.voice.say("offline")} ${this.voice.say("files_wait")}` : this.voice.say("offline");
  }

  private forget(): void {
    for (const files of this.drafts.values()) files.forget();
    this.drafts.clear();
    if (this.view) this.home();
  }

  /** Who answers, whether somebody is there, and how long a person's answer usually takes; nothing that is not known. */
  private hours(): string {
    const { assistant, opens_at, reply_seconds, time_zone } = this.chat.config!;
    const person = this.person();
    if (!isOpen(this.chat.config!)) {
      const closed = opens_at ? this.voice.say("opens", { when: this.voice.when(opens_at, time_zone) }) : this.voice.say("closed_now");
      return assistant ? `${closed} ${person || this.voice.say("assistant_answers")}` : closed;
    }
    if (assistant && !person) return this.voice.say("assistant_answers");
    const replies = reply_seconds === null ? "" : this.voice.say("replies", { time: this.voice.span(reply_seconds) });
    return person ? `${person} ${replies}`.trim() : replies || this.voice.say("open_now");
  }

  /** Who answers in the conversation shown, by name where somebody has; empty while the assistant does, or nobody yet. */
  private person(): string {
    if (!(this.view instanceof ThreadView)) return "";
    const { id } = this.view;
    const last = this.chat.shown(id)?.messages.filter(({ author }) => author.type === "agent").at(-1);
    if (last?.author.name) return this.voice.say("named_answers", { name: last.author.name });
    const { assistant } = this.chat.config!;
    return assistant && (last || this.chat.conversations.get(id)?.person) ? this.voice.say("person_answers") : "";
  }

  // --- where one is ---

  /** The conversation that goes on, though it was just closed: writing opens it again. Without one a new one begins. */
  private home(): void {
    const { list, unborn } = this.chat;
    const goesOn = list.find(({ unread }) => unread) ?? list.find(({ open, last_activity_at }) => open || Date.now() - Date.parse(last_activity_at) < LATELY);
    const current = unborn ?? goesOn?.id;
    if (current) this.toThread(current);
    else this.begin();
  }

  private begin(): void {
    const form = asked(this.chat);
    if (!form) return this.toThread(`new:${freshId()}`);
    this.set(new FormView(form.kind, form.fields, this.chat, this.voice, (text) => this.formDone(form.kind, text)));
  }

  private formDone(kind: "before" | "away", text: string): void {
    const thread = `new:${freshId()}`;
    if (text) this.chat.say(thread, text, []);
    this.toThread(thread, kind === "away");
  }

  /** The server wants the form, though this browser had thought it answered. */
  private askAgain(): void {
    this.chat.store.remove("asked");
    const { form } = this.chat.config!;
    const fields = form.filter(({ name, required }) => required && !this.chat.known(name));
    const thread = this.view instanceof ThreadView ? this.view.id : undefined;
    if (!thread || this.element.hidden) return;
    this.set(new FormView("before", fields.length ? fields : form, this.chat, this.voice, () => (this.chat.outbox.hurry(), this.toThread(thread))));
  }

  private toThread(id: string, thanks = false): void {
    this.set(new ThreadView(this.chat.outbox.placeOf(id), this.chat, this.voice, this.drafts, thanks));
  }

  private toList(): void {
    this.set(new ListView(this.chat, this.voice, (id) => this.toThread(id), () => this.begin()));
  }

  private set(view: View): void {
    this.view = view;
    this.place.replaceChildren(view.element);
    this.update();
    if (!this.element.hidden && !this.calm) view.focus();
  }

  /** A conversation that began here has its id now; one that is gone goes on as another. */
  private follow(): void {
    const { view } = this;
    if (!(view instanceof ThreadView)) return;
    const from = view.id;
    view.id = this.chat.outbox.placeOf(from);
    if (view.id !== from) view.composer.moveDraft(from);
  }

  /** Another tab sends: its draft, which stands here as well, is sent once. */
  private overheard({ key, oldValue, newValue }: StorageEvent): void {
    const { prefix } = this.chat.store;
    const composer = this.view instanceof ThreadView ? this.view.composer : undefined;
    if (composer && key === `${prefix}draft:${composer.draft}` && !newValue) composer.wasRemoved();
    if (!key?.startsWith(`${prefix}q:`) || oldValue || !newValue) return;
    const item = JSON.parse(newValue) as Waiting;
    for (const files of this.drafts.values()) files.sent(item.attachments);
    composer?.sentElsewhere(item);
  }

  // --- keyboard and files ---

  private key(event: KeyboardEvent): void {
    // The page's own shortcuts are not meant by what is typed here.
    event.stopPropagation();
    if (event.key === "Escape") return this.close();
    if (event.key !== "Tab") return;
    const all = [...this.element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.tabIndex >= 0 && one.offsetParent !== null);
    const active = this.frame.root.activeElement;
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (active !== from && !(event.shiftKey && active === this.element)) return;
    event.preventDefault();
    to?.focus();
  }

  /** A phone's keyboard covers the page's foot; what is written stands above it. */
  private fit(): void {
    const seen = window.visualViewport!;
    if (seen.scale > 1.01) return;
    this.frame.box.style.setProperty("--above", `${seen.offsetTop}px`);
    this.frame.box.style.setProperty("--below", `${Math.max(0, innerHeight - seen.height - seen.offsetTop)}px`);
  }

  private dropping(element: HTMLElement): void {
    const holds = ({ dataTransfer }: DragEvent): boolean => this.view instanceof ThreadView && Boolean(dataTransfer?.types.includes("Files"));
    const mark = (on: boolean): void => void element.classList.toggle("over-files", on);
    element.addEventListener("dragover", (event) => holds(event) && (event.preventDefault(), mark(true)));
    element.addEventListener("dragleave", (event) => element.contains(event.relatedTarget as Node | null) || mark(false));
    element.addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      mark(false);
      if (this.view instanceof ThreadView) this.view.composer.take([...(event.dataTransfer?.files ?? [])]);
    });
  }
}
