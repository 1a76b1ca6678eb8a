// Trix for articles: paragraphs and headings of their own, and pictures that are stored as they are pasted or dropped.
//
//   <tamada-rich upload-url="/knowledge/12/files">…</tamada-rich>
import Trix from "trix";
import "./captions.ts";
import { toast } from "../lib/toast.ts";
import { upload } from "./upload.ts";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

interface Attachment {
  file?: File;
  setUploadProgress(percent: number): void;
  setAttributes(attributes: Record<string, string>): void;
  remove(): void;
}

/** Before the first editor is made: an empty line parts paragraphs, and there are two levels of headings. */
export function configureArticles(): void {
  const { blockAttributes } = Trix.config;
  Object.assign(blockAttributes["default"] ?? {}, { tagName: "p" });
  blockAttributes["heading1"] = { tagName: "h2", terminal: true, breakOnReturn: true, group: false };
  blockAttributes["heading2"] = { tagName: "h3", terminal: true, breakOnReturn: true, group: false };
}

export function acceptPicture(event: Event & { file?: File }): void {
  if (!event.file || !PICTURES.includes(event.file.type)) event.preventDefault();
}

/** Store what was pasted or dropped; it stands in the text under its new address, or leaves it again. */
export function storePicture(url: string, { attachment }: { attachment: Attachment }): void {
  const { file } = attachment;
  if (!file) return;
  upload(url, file, true, (percent) => attachment.setUploadProgress(percent))
    .then((stored) => attachment.setAttributes({ url: stored.url }))
    .catch((error: unknown) => {
      attachment.remove();
      if (!(error instanceof TypeError)) throw error;
      toast({ text: error.message, kind: "error" });
    });
}

/** <button data-picture>: a file dialog, whose pictures go in where the cursor is. */
export function offerPictures(button: HTMLElement, insert: (file: File) => void): void {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: PICTURES.join(","), multiple: true });
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) insert(file);
    input.value = "";
  });
}
