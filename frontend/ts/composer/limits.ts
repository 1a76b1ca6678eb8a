// What the channel takes, said before one sends: how long a message may be, and how large a file.
//   <tamada-composer longest="4096" splits largest-file="52428800">… <span data-limit role="status" hidden></span>
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";
import { sizeOf } from "./upload.ts";

/** From this part of the limit on it is shown. */
const NEAR = 0.8;

export class Limits {
  private readonly place: HTMLElement | null;

  constructor(private readonly composer: Composer) {
    this.place = composer.querySelector("[data-limit]");
  }

  /** A JavaScript string is as long as networks count it: in UTF-16 units. */
  show(): void {
    const { place, longest } = this;
    if (!place) return;
    if (!longest) return void (place.hidden = true);
    const used = this.composer.kind === "out" ? this.composer.editor.text.length : 0;
    place.hidden = used < longest * NEAR;
    const over = used > longest;
    place.classList.toggle("late", over && !this.splits);
    const pieces = Math.ceil(used / longest);
    const text = over && this.splits ? word("limit.splits", { count: pieces }) : word("limit.used", { used, most: longest });
    if (place.textContent !== text) place.textContent = text;
  }

  /** Whether the text is longer than what leaves. */
  get isOver(): boolean {
    return this.composer.kind === "out" && !!this.longest && !this.splits && this.composer.editor.text.length > this.longest;
  }

  /** Refuses a file before it is uploaded. A note stays here, where other limits hold. */
  refuses(file: File): boolean {
    const most = Number(this.composer.getAttribute("largest-file") ?? 0);
    if (this.composer.kind !== "out" || !most || file.size <= most) return false;
    toast({ text: word("upload.large", { name: file.name, limit: sizeOf(most) }), kind: "error" });
    return true;
  }

  get longest(): number {
    return Number(this.composer.getAttribute("longest") ?? 0);
  }

  private get splits(): boolean {
    return this.composer.hasAttribute("splits");
  }
}
