// Where the visitor writes: Enter sends, Shift+Enter is a new line; files by button, paste and drop; the draft survives.
import { isRefused } from "../api.ts";
import type { Chat } from "../chat.ts";
import { DRAWN, h, icon } from "../dom.ts";
import type { Attachment } from "../types.ts";
import { emojiTray } from "./emoji.ts";
import type { Voice } from "./speech.ts";

interface Chip {
  element: HTMLElement;
  work: Promise<void>;
  file?: Attachment;
  name: string;
}

export class Composer {
  readonly element: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly files = h("ul", { class: "files" });
  private readonly complaint = h("p", { class: "complaint", role: "alert" });
  private readonly chips = new Set<Chip>();
  private waits = false;

  constructor(
    private readonly chat: Chat,
    private readonly voice: Voice,
    private readonly thread: () => string,
  ) {
    const say = voice.say.bind(voice);
    this.text = h("textarea", { rows: 1, "aria-label": say("composer"), placeholder: say("placeholder"), dir: "auto", enterkeyhint: "send", autocomplete: "off" });
    this.text.value = chat.store.get(this.draft) ?? "";
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.pasted(event));
    const choose = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, accept: chat.config!.files.types.join() });
    choose.addEventListener("change", () => (this.take([...(choose.files ?? [])]), (choose.value = "")));
    const clip = h("button", { class: "tool", type: "button", "aria-label": say("attach"), title: say("attach"), onclick: () => choose.click() }, icon(DRAWN.clip));
    const tray = emojiTray(voice, (sign) => this.insert(sign));
    const send = h("button", { class: "send", type: "submit", "aria-label": say("send"), title: say("send") }, icon(DRAWN.send));
    this.element = h("form", { class: "composer", novalidate: true }, this.complaint, this.files, this.text, h("div", { class: "tools" }, choose, clip, tray, send));
    this.element.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    requestAnimationFrame(() => this.fit());
  }

  focus(): void {
    this.text.focus({ preventScroll: true });
  }

  get isEmpty(): boolean {
    return !this.text.value && !this.chips.size;
  }

  /** The conversation has got its id: what is half written belongs to it. */
  moveDraft(from: string): void {
    this.chat.store.remove(`draft:${kind(from)}`);
    this.keepDraft();
  }

  /** Files of a drop anywhere on the panel. */
  take(files: File[]): void {
    const { most, largest } = this.chat.config!.files;
    for (const file of files.slice(0, Math.max(0, most - this.chips.size))) {
      if (file.size > largest) this.complain(this.voice.say("too_big", { name: file.name, size: this.voice.size(largest) }));
      else this.attach(file);
    }
  }

  private get draft(): string {
    return `draft:${kind(this.thread())}`;
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  private typed(): void {
    this.fit();
    this.complain("");
    this.keepDraft();
    this.chat.tellTyping(this.thread(), this.text.value.trim() !== "");
  }

  private keepDraft(): void {
    if (this.text.value) this.chat.store.set(this.draft, this.text.value);
    else this.chat.store.remove(this.draft);
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

  private send(): void {
    const text = this.text.value.trim();
    const running = [...this.chips].filter(({ file }) => !file);
    if (running.length) return this.sendAfter(running);
    if (!text && !this.chips.size) return;
    if (new TextEncoder().encode(text).length > this.chat.config!.largest_text) return this.complain(this.voice.say("too_long"));
    this.chat.say(this.thread(), text, [...this.chips].map(({ file }) => file!));
    this.text.value = "";
    for (const chip of this.chips) this.drop(chip);
    this.keepDraft();
    this.fit();
    this.focus();
  }

  /** Enter was pressed while files are on their way: the message leaves with them, unless one fails. */
  private sendAfter(running: Chip[]): void {
    if (this.waits) return;
    this.waits = true;
    const all = running.map(({ work }) => work);
    void Promise.all(all).then(
      () => ((this.waits = false), this.send()),
      () => (this.waits = false),
    );
  }

  private attach(file: File): void {
    const name = file.name || this.voice.say("file");
    const remove = h("button", { type: "button", "aria-label": this.voice.say("take_away", { name }), onclick: () => (this.drop(chip), this.focus()) }, icon(DRAWN.close));
    const state = h("span", { class: "state", role: "status" }, this.voice.say("uploading", { name }));
    const element = h("li", { class: "chip busy" }, icon(DRAWN.file), state, remove);
    const chip: Chip = { element, name, work: Promise.resolve() };
    chip.work = this.upload(chip, file, state);
    chip.work.catch(() => {});
    this.chips.add(chip);
    this.files.append(element);
  }

  private async upload(chip: Chip, file: File, state: HTMLElement): Promise<void> {
    try {
      chip.file = await this.chat.upload(file);
      chip.element.classList.remove("busy");
      state.textContent = chip.name;
    } catch (error) {
      const reason = isRefused(error) && !error.passing && error.reason;
      this.complain(reason ? `${chip.name}: ${reason}` : this.voice.say("not_uploaded", { name: chip.name }));
      this.drop(chip);
      throw error;
    }
  }

  private drop(chip: Chip): void {
    this.chips.delete(chip);
    chip.element.remove();
  }

  private complain(text: string): void {
    this.complaint.textContent = text;
  }
}

/** New conversations share one draft: there is one blank page at a time. */
function kind(thread: string): string {
  return thread.startsWith("new:") ? "new" : thread;
}
