// Attachments: chosen, dropped or pasted, uploaded at once with progress. Pictures pasted into a reply stand in its text.
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";
import { sizeOf, upload, type Uploaded } from "./upload.ts";

interface TrixAttachment {
  file?: File;
  setUploadProgress(percent: number): void;
  setAttributes(attributes: Record<string, unknown>): void;
  remove(): void;
}

export class Uploads {
  private running = 0;
  // Pictures that stand in the text, by their address.
  private readonly inlined = new Map<string, Uploaded>();
  private readonly list: HTMLElement | null;

  constructor(
    private readonly composer: Composer,
    private readonly changed: () => void,
  ) {
    this.list = composer.querySelector("[data-attachments]");
    for (const chip of this.everyChip) {
      chip.dataset["kind"] = composer.kind;
      this.dress(chip, uploadedOf(chip));
    }
    const input = composer.querySelector<HTMLInputElement>("[data-files]");
    input?.addEventListener("change", (event) => {
      event.stopPropagation();
      this.take(input.files);
      input.value = "";
    });
    this.hearDrops();
    this.hearPaste();
    this.hearEditor();
  }

  get busy(): boolean {
    return this.running > 0;
  }

  /** What goes along: the chips, and the pictures that stand in the text. */
  get named(): { id: string; name: string }[] {
    const html = this.composer.kind === "out" ? this.composer.editor.html : "";
    const inText = [...this.inlined].filter(([url]) => html.includes(url)).map(([, picture]) => picture);
    return [...this.all, ...inText];
  }

  get count(): number {
    return this.chips.length;
  }

  get all(): Uploaded[] {
    return this.chips.map(uploadedOf).filter(({ id }) => id);
  }

  fill(files: Uploaded[]): void {
    // Those that are still on their way to the server stay.
    for (const chip of this.chips) if (chip.dataset["attachment"]) chip.remove();
    for (const file of files) this.dress(this.chip(), file);
  }

  /** Those of the reply or those of the note: each goes with its own. */
  show(): void {
    for (const chip of this.everyChip) chip.hidden = chip.dataset["kind"] !== this.composer.kind;
  }

  private get chips(): HTMLElement[] {
    return this.everyChip.filter((chip) => chip.dataset["kind"] === this.composer.kind);
  }

  private get everyChip(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>(".attachment") ?? [])];
  }

  private take(files: FileList | null | undefined): void {
    for (const file of files ?? []) if (!this.composer.limits.refuses(file)) void this.upload(file);
  }

  private async upload(file: File): Promise<void> {
    const chip = this.chip();
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    chip.append(named(file.name), bar);
    try {
      this.dress(chip, await this.send(file, false, (percent) => (bar.value = percent)));
      this.changed();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      chip.remove();
    }
  }

  private chip(): HTMLElement {
    const chip = Object.assign(document.createElement("span"), { className: "attachment" });
    chip.dataset["kind"] = this.composer.kind;
    this.list?.append(chip);
    return chip;
  }

  private dress(chip: HTMLElement, file: Uploaded): void {
    Object.assign(chip.dataset, { attachment: file.id, name: file.name, size: String(file.size), type: file.type, url: file.url, cited: file.cited ? "1" : "" });
    const size = Object.assign(document.createElement("small"), { textContent: sizeOf(file.size) });
    const away = Object.assign(document.createElement("button"), { type: "button", textContent: "✕", ariaLabel: word("upload.remove", { name: file.name }) });
    away.addEventListener("click", () => (chip.remove(), this.changed()));
    chip.replaceChildren(named(file.name), size, away);
  }

  private send(file: File, inline: boolean, progress: (percent: number) => void): Promise<Uploaded> {
    this.running += 1;
    return upload(this.composer.getAttribute("upload-url") ?? "", file, inline, progress)
      .catch((error: TypeError) => {
        toast({ text: error.message, kind: "error" });
        throw error;
      })
      .finally(() => (this.running -= 1));
  }

  private hearDrops(): void {
    const { form } = this.composer;
    const over = (on: boolean) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.toggle("dropping", on);
    };
    form.addEventListener("dragover", over(true));
    form.addEventListener("dragleave", over(false));
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length || (event.target as Element).closest("trix-editor")) return form.classList.remove("dropping");
      over(false)(event);
      this.take(event.dataTransfer.files);
    });
  }

  private hearPaste(): void {
    this.composer.note.addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
  }

  private hearEditor(): void {
    this.composer.addEventListener("trix-file-accept", (event) => {
      const { file } = event as Event & { file: File };
      const refused = this.composer.limits.refuses(file);
      if (!refused && file.type.startsWith("image/")) return;
      event.preventDefault();
      if (!refused) void this.upload(file);
    });
    this.composer.addEventListener("trix-attachment-add", (event) => {
      const { attachment } = event as Event & { attachment: TrixAttachment };
      if (attachment.file) void this.inline(attachment, attachment.file);
    });
  }

  private async inline(attachment: TrixAttachment, file: File): Promise<void> {
    try {
      const picture = await this.send(file, true, (percent) => attachment.setUploadProgress(percent));
      this.inlined.set(picture.url, picture);
      attachment.setAttributes({ url: picture.url });
      this.changed();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      attachment.remove();
    }
  }
}

function uploadedOf({ dataset }: HTMLElement): Uploaded {
  const { attachment = "", name = "", size, type = "", url = "", cited } = dataset;
  return { id: attachment, name, size: Number(size), type, url, cited: cited === "1" };
}

function named(name: string): HTMLElement {
  return Object.assign(document.createElement("span"), { className: "name", textContent: name });
}
