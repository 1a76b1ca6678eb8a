// Keeps what a switch of languages says of the texts that still lack one, as one types.
//
//   <tamada-lacking>… <small data-lacks="hy" hidden>3 missing</small></tamada-lacking>
//   <fieldset class="texts"><div data-in="en"><input></div> <div data-in="hy"><input></div></fieldset>
//
// In the switch such a mark counts in the whole form, elsewhere in the <details> that it stands in. A text of which no language is
// written lacks none; a name (data-name) that is written in English alone lacks none either.
import { define, TamadaElement } from "../lib/element.ts";

class Lacking extends TamadaElement {
  protected enter(): void {
    const form = this.closest("form");
    if (form) this.listen(form, "input", () => count(form));
  }
}

function count(form: HTMLFormElement): void {
  for (const mark of form.querySelectorAll<HTMLElement>("[data-lacks]")) {
    const around = mark.closest("details") ?? form;
    const lacking = [...around.querySelectorAll<HTMLElement>(".texts")].filter((texts) => lacks(texts, mark.dataset["lacks"]!)).length;
    mark.hidden = lacking === 0;
    mark.textContent = mark.textContent!.replace(/\d+/, String(lacking));
  }
}

function lacks(texts: HTMLElement, language: string): boolean {
  const written = [...texts.querySelectorAll<HTMLElement>("[data-in]")].filter((one) => one.querySelector<HTMLInputElement>("input, textarea")!.value.trim()).map((one) => one.dataset["in"]!);
  if (texts.dataset["name"] !== undefined && written.join() === "en") return false;
  return written.length > 0 && !written.includes(language);
}

define("tamada-lacking", Lacking);
