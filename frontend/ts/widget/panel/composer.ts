// Where the visitor writes: Enter sends, Shift+Enter is a new line; files by button, paste and drop; the draft survives.
import type { Chat } from "../chat.ts";
import { DRAWN, h, icon } from "../dom.ts";
import { emojiTray } from "./emoji.ts";
import { type Chosen, Files } from "./files.ts";
import type { Waiting } from "../types.ts";
import type { Voice } from "./speech.ts";

/** Files by their draft: they outlive the view that shows them. */
export type Drafts = Map<string, Files>;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly chips = h("ul", { class: "files" });
  private readonly drawn = new Map<Chosen, HTMLElement>();
  private files!: Files;
  /** Whether somebody wrote here since the draft was taken up. */
  private changed = false;
  private readonly complaint = h("p", { class: "complaint", role: "alert" });
  private readonly promise = h("p", { class: "promise", role: "status" });

  constructor(
    private readonly chat: Chat,
    private readonly voice: Voice,
    private readonly thread: () => string,
    private readonly drafts: Drafts,
  ) {
    const say = voice.say.bind(voice);
    this.text = h("textarea", { rows: 1, "aria-label": say("composer"), placeholder: say("placeholder"), dir: "auto", enterkeyhint: "send", autocomplete: "off" });
    this.text.value = this.kept;
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.pasted(event));
    const choose = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, accept: chat.config!.files.types.join() });
    choose.addEventListener("change", () => (this.take([...(choose.files ?? [])]), (choose.value = "")));
    const clip = h("button", { class: "tool", type: "button", "aria-label": say("attach"), title: say("attach"), onclick: () => choose.click() }, icon(DRAWN.clip));
    const tray = emojiTray(voice, (sign) => this.insert(sign));
    const send = h("button", { class: "send", type: "submit", "aria-label": say("send"), title: say("send") }, icon(DRAWN.send));
    this.element = h("form", { class: "composer", novalidate: true }, this.complaint, this.chips, this.text, h("div", { class: "tools" }, choose, clip, tray, this.promise, send));
    this.element.addEventListener("submit", (event) => (event.preventDefault(), this.send(), this.focus()));
    this.useFiles();
    requestAnimationFrame(() => this.fit());
  }

  focus(): void {
    this.text.focus({ preventScroll: true });
  }

  get isEmpty(): boolean {
    return !this.text.value && !this.files.chosen.size;
  }

  /** The conversation has got its id, or another: what is half written belongs to it. Without that, what was half written there. */
  moveDraft(from: string): void {
    if (this.text.value) this.keepDraft();
    else this.text.value = this.kept;
    this.chat.store.remove(`draft:${kind(from)}`);
    this.drafts.delete(kind(from));
    if (this.files.chosen.size) this.files.moveTo(this.draft);
    this.useFiles(this.files.chosen.size ? this.files : undefined);
    this.fit();
  }

  private useFiles(files = this.drafts.get(this.draft) ?? new Files(this.chat, this.draft)): void {
    this.files = files;
    this.drafts.set(this.draft, files);
    files.shown = () => this.update();
    this.update();
  }

  private get kept(): string {
    return this.chat.store.get(`draft:${this.draft}`) ?? "";
  }

  /** Files of a drop anywhere on the panel. */
  take(files: File[]): void {
    const { most, largest } = this.chat.config!.files;
    this.files.removeRefused();
    const room = Math.max(0, most - this.files.chosen.size);
    this.complain(files.length > room ? this.voice.say("too_many", { count: String(most) }) : "");
    for (const file of files.slice(0, room)) {
      if (file.size > largest) this.files.addRefused(file.name, this.voice.say("too_big", { size: this.voice.size(largest) }));
      else this.files.add(file, file.name || this.voice.say("file"));
    }
  }

  /** The files as they stand; a message that only waited for them leaves. */
  update(): void {
    const { chosen } = this.files;
    for (const [one, chip] of this.drawn) if (!chosen.has(one)) (chip.remove(), this.drawn.delete(one));
    for (const one of chosen) this.drawChip(one);
    const leaves = this.files.leaves && !this.files.unfinished;
    if (leaves) this.files.leaves = false;
    this.promise.textContent = this.files.leaves ? this.voice.say("with_files") : "";
    if (leaves) this.send();
  }

  get draft(): string {
    return kind(this.thread());
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  private typed(): void {
    this.changed = true;
    this.fit();
    this.complain("");
    this.keepDraft();
    this.chat.tellTyping(this.thread(), this.text.value.trim() !== "");
  }

  private keepDraft(): void {
    if (this.text.value) this.chat.store.set(`draft:${this.draft}`, this.text.value);
    else this.chat.store.remove(`draft:${this.draft}`);
  }

  /** As high as its text, within reason. */
  private fit(): void {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  private insert(sign: string): void {
    this.text.setRangeText(sign, this.text.selectionStart, this.text.selectionEnd, "end");
    this.typed();
    this.focus();
  }

  private pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.take(files);
  }

  /** At once, or as soon as its files are up; never without one that is on its way or waits for the connection. */
  private send(): void {
    const text = this.text.value.trim();
    const { ready, unfinished } = this.files;
    if (unfinished) {
      this.files.leaves = true;
      return this.update();
    }
    if (!text && !ready.length) return;
    if (new TextEncoder().encode(text).length > this.chat.config!.largest_text) return this.complain(this.voice.say("too_long"));
    this.chat.say(this.thread(), text, ready);
    this.clear();
    this.keepDraft();
    this.files.sent(ready);
  }

  private clear(): void {
    this.text.value = "";
    this.changed = false;
    this.fit();
  }

  /** What another tab sent is no draft here any more; what was changed here since stays one. */
  sentElsewhere({ thread, text }: Waiting): void {
    if (![thread, this.chat.outbox.placeOf(thread)].map(kind).includes(this.draft)) return;
    const mine = this.text.value.trim();
    // It may have been half written as this tab took it up.
    if (this.changed ? text === mine : text.startsWith(mine)) this.clear();
  }

  /** Another tab is done with the draft, and this one is not. */
  wasRemoved(): void {
    if (this.changed) this.keepDraft();
  }

  private drawChip(one: Chosen): void {
    const { name, up, refused, delayed } = one;
    const chip = this.drawn.get(one) ?? this.newChip(one);
    const bad = refused !== undefined;
    const waits = this.chat.reached ? (delayed ? "delayed" : "uploading") : "waits";
    const words = this.voice.say(bad ? (refused ? "not_taken" : "not_uploaded") : waits, { name, reason: refused ?? "" });
    const state = chip.querySelector<HTMLElement>(".state")!;
    chip.className = bad ? "chip bad" : up ? "chip" : "chip busy";
    if (bad) state.setAttribute("role", "alert");
    if (state.textContent !== (up ? name : words)) state.textContent = up ? name : words;
  }

  private newChip(one: Chosen): HTMLElement {
    const remove = h("button", { type: "button", "aria-label": this.voice.say("take_away", { name: one.name }), onclick: () => (this.files.remove(one), this.focus()) }, icon(DRAWN.close));
    const chip = h("li", {}, icon(DRAWN.file), h("span", { class: "state", role: "status" }), remove);
    this.drawn.set(one, chip);
    this.chips.append(chip);
    return chip;
  }

  private complain(text: string): void {
    this.complaint.textContent = text;
  }
}

/** New conversations share one draft: there is one blank page at a time. */
function kind(thread: string): string {
  return thread.startsWith("new:") ? "new" : thread;
}
