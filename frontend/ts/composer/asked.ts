// Buttons anywhere that ask to write: a reply, a note; or what the server says one begins with (to everybody, quoting, forwarding).
//
//   <button data-compose="note">…</button> <button data-compose="forward" data-begin="/conversations/12/begin?how=forward&message=5">…</button>
import { reasonOf, request } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";
import type { Written } from "./written.ts";

export function answerAsked(composer: Composer, event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-compose], [data-cited-away]") : null;
  if (!button || (button.closest("tamada-composer") ?? composer) !== composer) return;
  event.preventDefault();
  const { compose, begin } = button.dataset;
  composer.drafts.flush();
  composer.kind = compose === "note" ? "note" : "out";
  composer.dispatchEvent(new CustomEvent("composer:open", { bubbles: true, detail: { kind: composer.kind } }));
  composer.focusText();
  if (begin) void take(composer, begin);
  else if (compose === "reply" && composer.cited.how === "forward") composer.cited.leave();
}

/** What is typed stays; to whom it goes, the subject and what stands below come from the server. */
async function take(composer: Composer, url: string): Promise<void> {
  try {
    // Who was forwarding has written down other people than the customer.
    const response = await request(composer.cited.how === "forward" ? `${url}&recipients=1` : url);
    if (!response.ok) return toast({ text: await reasonOf(response), kind: "error" });
    composer.begin((await response.json()) as Written);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    toast({ text: word("failed"), kind: "error" });
  }
}
