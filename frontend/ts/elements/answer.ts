// Puts words made in a dialog into the reply of a conversation whose composer is on the page; where none is, it is not offered.
//
//   <tamada-answer conversation="12" html="See &lt;a…" hidden><button type="button">Put it into the answer</button></tamada-answer>
import type { Composer } from "../composer/composer.ts";
import { define, TamadaElement } from "../lib/element.ts";

class Answer extends TamadaElement {
  protected enter(): void {
    this.hidden = !this.composer;
    this.listen(this, "click", () => this.put());
  }

  private get composer(): Composer | null {
    return document.querySelector<Composer>(`tamada-composer[conversation="${CSS.escape(this.text("conversation"))}"]`);
  }

  /** What is for the customer never goes into a note: its tab is left first, and so is a forward to others. */
  private put(): void {
    const { composer } = this;
    if (!composer) return void (this.hidden = true);
    this.closest("dialog")?.close();
    composer.querySelector<HTMLElement>("[data-compose=reply]")?.click();
    const { editor } = composer;
    const [before, after] = editor.around;
    if (/\S$/.test(before)) editor.insert(" ");
    composer.insertHtml(this.text("html"));
    if (/^\S/.test(after)) editor.insert(" ");
  }
}

define("tamada-answer", Answer);
