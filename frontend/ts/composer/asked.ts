// Buttons anywhere that ask to write: reply, reply to all, forward, or a note.
//
//   <button data-compose="reply-all" data-to="ani@example.am" data-cc="…" data-subject="…" data-quote="#message-5 .text">
import type { Composer } from "./composer.ts";
import { forward } from "./forward.ts";
import { setSubject } from "./written.ts";

export function answerAsked(composer: Composer, event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-compose]") : null;
  if (!button || (button.closest("tamada-composer") ?? composer) !== composer) return;
  event.preventDefault();
  const { compose, to, cc, subject, quote } = button.dataset;
  composer.kind = compose === "note" ? "note" : "out";
  if (to !== undefined || cc !== undefined) composer.addresses.fill({ to: to ?? "", cc: cc ?? "" });
  if (compose === "forward") void forward(composer, subject ?? "", quote ? document.querySelector(quote) : null);
  else if (subject) setSubject(composer.form, subject);
  composer.dispatchEvent(new CustomEvent("composer:open", { bubbles: true, detail: { kind: composer.kind } }));
  composer.focusText();
}
