// Macros: their words go in where the caret is, what they do stands below as chips until it is sent; a placeholder that
// has no value is marked, and nothing leaves before it is filled in.
//
//   <button data-macro="/conversations/12/macros/3">…</button> <div data-macro-steps><input type="hidden" name="macro"></div>
import { reasonOf, request } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";

interface Step {
  do: string;
  value: string;
  words: string;
}

interface Chosen {
  ids: string[];
  steps: Step[];
}

interface Said {
  id: string;
  html: string;
  text: string;
  steps: Step[];
  lost: string[];
}

// What a macro could not fill in, and what stands for somebody else's name or number in an answer that is used again.
const GAP = /\{\{[a-z_]+(?:\.[a-z0-9_-]+)+\}\}|\[[A-Z]+_\d+\]/;
const MARK = "tamada-gap";

export class Macros {
  // What was chosen for a reply waits for the reply, and for a note for the note.
  private readonly chosen: Record<"out" | "note", Chosen> = { out: { ids: [], steps: [] }, note: { ids: [], steps: [] } };
  private readonly place: HTMLElement | null;
  private readonly field: HTMLInputElement | null;

  constructor(
    private readonly composer: Composer,
    private readonly changed: () => void,
  ) {
    this.place = composer.querySelector("[data-macro-steps]");
    this.field = this.place?.querySelector("input") ?? null;
    this.value = this.field?.value ?? "";
    composer.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-macro]") : null;
      if (!item) return;
      item.closest<HTMLElement>("[popover]")?.hidePopover();
      void this.use(item.dataset["macro"] ?? "");
    });
  }

  /** As the form sends it and the draft keeps it. */
  get value(): string {
    return this.now.ids.length ? JSON.stringify(this.now) : "";
  }

  set value(value: string) {
    const given = value ? (JSON.parse(value) as Partial<Chosen>) : {};
    this.chosen[this.composer.kind] = { ids: given.ids ?? [], steps: given.steps ?? [] };
    this.draw();
  }

  /** The chips, and what is missing, of what is being written. */
  show(): void {
    this.draw();
    this.mark();
  }

  private get now(): Chosen {
    return this.chosen[this.composer.kind];
  }

  /** The first placeholder that still stands in what would be sent. */
  get gap(): string | undefined {
    return GAP.exec(this.composer.editor.text)?.[0];
  }

  open(event: Event): void {
    event.preventDefault();
    this.composer.querySelector<HTMLElement>("[data-macros]")?.click();
  }

  /** Say what is missing, and select it, so that one types over it. */
  showGap(): void {
    toast({ text: this.missing(), kind: "error" });
    this.select();
  }

  /** Gaps are drawn over the text, not into it, so nothing of that is ever sent. */
  mark(): void {
    const gaps = this.composer.kind === "out" ? this.ranges() : [];
    if ("highlights" in CSS) CSS.highlights.set(MARK, new Highlight(...gaps));
    if (!gaps.length) return this.composer.banners.hide("gaps");
    this.composer.banners.show("gaps", "waiting", this.missing(), [[word("macro.next"), () => this.select()]]);
  }

  private async use(url: string): Promise<void> {
    try {
      const response = await request(url);
      if (!response.ok) return toast({ text: await reasonOf(response), kind: "error" });
      const said = (await response.json()) as Said;
      if (said.lost.length) toast({ text: word("macro.lost", { names: said.lost.join(", ") }), kind: "error" });
      if (said.text) this.insert(said);
      else await this.take(url);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      toast({ text: word("failed"), kind: "error" });
    }
  }

  private insert(said: Said): void {
    const { composer } = this;
    composer.focusText();
    if (composer.kind === "note") {
      const { note } = composer;
      note.setRangeText(said.text, note.selectionStart, note.selectionEnd, "end");
    } else composer.editor.insertHtml(said.html);
    const { ids, steps } = this.now;
    ids.push(said.id);
    const known = new Set(steps.map(({ words }) => words));
    steps.push(...said.steps.filter(({ words }) => !known.has(words)));
    this.draw();
    this.changed();
    if (this.gap) this.select();
  }

  /** It has no words: what it does is done now, and can be undone. */
  private async take(url: string): Promise<void> {
    const response = await request(url, { method: "POST" });
    const told = (await response.json()) as { toast: string; undo?: string };
    toast({ text: told.toast, undo: told.undo, kind: response.ok ? "ok" : "error" });
  }

  private draw(): void {
    if (!this.place || !this.field) return;
    this.field.value = this.value;
    this.place.replaceChildren(this.field, ...this.now.steps.map((step) => this.chip(step)));
  }

  private chip(step: Step): HTMLElement {
    const chip = Object.assign(document.createElement("span"), { className: "chip told", textContent: step.words });
    const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: word("macro.remove", { name: step.words }) });
    away.addEventListener("click", () => {
      this.now.steps = this.now.steps.filter((one) => one !== step);
      this.draw();
      this.changed();
      this.composer.focusText();
    });
    chip.append(away);
    return chip;
  }

  private missing(): string {
    return word("macro.gaps", { names: [...new Set(this.ranges().map(String))].join(", ") || (this.gap ?? "") });
  }

  private select(): void {
    const [first] = this.ranges();
    if (!first) return;
    this.composer.editor.element.focus();
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(first);
  }

  private ranges(): Range[] {
    const walker = document.createTreeWalker(this.composer.editor.element, NodeFilter.SHOW_TEXT);
    const found: Range[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const match of (node.textContent ?? "").matchAll(new RegExp(GAP, "g"))) {
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        found.push(range);
      }
    }
    return found;
  }
}
