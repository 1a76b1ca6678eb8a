// Passing a message on: who wrote it and when, all it says, and its files. The reader is somebody else, so no address stays.
import { request } from "../lib/http.ts";
import type { Composer } from "./composer.ts";
import { setSubject } from "./written.ts";

/** Put a message of the thread below what is written; without one, the last that isn't a note. */
export async function forward(composer: Composer, subject: string, asked: Element | null): Promise<void> {
  const spoken = [...document.querySelectorAll<HTMLElement>("tamada-thread article.message:not(.note)")];
  const message = asked?.closest<HTMLElement>("article.message") ?? spoken.at(-1);
  composer.addresses.fill({ to: "", cc: "" });
  if (subject) setSubject(composer.form, /^\s*fwd?:/i.test(subject) ? subject : `Fwd: ${subject}`);
  if (!message) return;
  for (const file of message.querySelectorAll<HTMLAnchorElement>(".attachments a.attachment")) {
    void composer.uploads.copy(file.querySelector(".name")?.textContent ?? "", file.href);
  }
  composer.editor.append(`<blockquote>${heading(message)}${await wholeOf(message)}</blockquote>`);
}

function heading(message: HTMLElement): string {
  const line = document.createElement("div");
  const when = message.querySelector<HTMLTimeElement>(".meta time");
  line.textContent = [message.querySelector(".meta b")?.textContent, when?.title || when?.textContent].filter(Boolean).join(", ");
  return `<strong>${line.innerHTML}</strong><br>`;
}

/** The mail's own formatting where the thread shows it in frames, else the text with what is folded. */
async function wholeOf(message: HTMLElement): Promise<string> {
  const frame = message.querySelector("tamada-mailframe");
  if (frame) {
    const answer = await request((frame.getAttribute("src") ?? "").replace(/\?.*/, ""));
    if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html").body.innerHTML;
  }
  const copy = message.querySelector(".text")?.cloneNode(true) as HTMLElement | undefined;
  copy?.querySelectorAll("summary, tamada-mailframe").forEach((part) => part.remove());
  return copy?.innerHTML ?? "";
}
