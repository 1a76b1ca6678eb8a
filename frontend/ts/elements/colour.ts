// A colour as text, with the browser's picker beside it. The text may be empty: the picker then fades.
//
//   <tamada-colour label="Choose a colour"><input name="color" placeholder="#0a7a5c"></tamada-colour>
import { define, TamadaElement } from "../lib/element.ts";

const WHOLE = /^#[0-9a-f]{6}$/i;

class Colour extends TamadaElement {
  protected enter(): void {
    const text = this.querySelector("input");
    if (!text) return;
    const picker = this.querySelector<HTMLInputElement>("[type=color]") ?? document.createElement("input");
    picker.type = "color";
    picker.ariaLabel = this.text("label");
    this.append(picker);
    const follow = (): void => {
      picker.value = WHOLE.test(text.value) ? text.value : text.placeholder;
      picker.toggleAttribute("data-empty", !text.value);
    };
    this.listen(text, "input", follow);
    this.listen(picker, "input", () => {
      text.value = picker.value;
      follow();
    });
    follow();
  }
}

define("tamada-colour", Colour);
