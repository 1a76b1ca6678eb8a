// Shows, as a text is typed, which id will be made from it where none is given: as the placeholder of the field for the id.
// The server makes it when it is saved; the same name never makes two ids.
//
//   <script type="application/json" id="latin-letters">{"ա": "a"}</script> <script type="application/json" id="ids-taken">["keys"]</script>
//   <fieldset id="in-name"><input class="input" lang="en"></fieldset> <tamada-made-id of="name"><input name="id" maxlength="40"></tamada-made-id>
import { define, TamadaElement } from "../lib/element.ts";

const ROOM = 4;

class MadeId extends TamadaElement {
  protected enter(): void {
    const form = this.closest("form");
    // Its own text, or the text or id of another: what one takes the next can't have.
    if (form) this.listen<InputEvent>(form, "input", ({ target }) => target instanceof Element && target.closest(".texts, tamada-made-id") && this.show(form));
  }

  private show(form: HTMLFormElement): void {
    const field = this.querySelector("input")!;
    const texts = [...form.querySelectorAll<HTMLInputElement>(`#in-${this.text("of")} .input`)];
    const written = texts.find((one) => one.lang === "en" && one.value.trim()) ?? texts.find((one) => one.value.trim());
    const word = written ? idOf(written.value, field.maxLength) : "";
    field.placeholder = word && free(word, this.taken(form), field.maxLength);
  }

  /** A service's id is like that of no other service; a question's like that of no other question here. */
  private taken(form: HTMLFormElement): Set<string> {
    if (this.text("of") === "name") return new Set(read<string[]>("ids-taken"));
    const others = [...form.querySelectorAll<HTMLInputElement>("tamada-made-id:not([of=name]) input")];
    const given = others.map((one) => one.value.trim());
    const before = others.slice(0, others.indexOf(this.querySelector("input")!)).filter((one) => !one.value.trim()).map((one) => one.placeholder);
    return new Set([...given, ...before]);
  }
}

function idOf(text: string, longest: number): string {
  const letters = read<Record<string, string>>("latin-letters");
  const plain = text.normalize("NFC").toLowerCase().replace(/['’ʼ՚՛՜՞]/g, "").replace(/ու/g, letters["ու"]!);
  let made = "";
  for (const word of plain.match(/[\p{L}\p{N}]+/gu) ?? []) {
    const latin = [...word].map((letter) => letters[letter] ?? letter.normalize("NFKD").replace(/[^a-z0-9]/g, "")).join("");
    if (!latin) continue;
    const longer = made ? `${made}_${latin}` : latin.slice(0, longest);
    if (longer.length > longest) break;
    made = longer;
  }
  return made;
}

function free(word: string, taken: Set<string>, longest: number): string {
  if (!taken.has(word)) return word;
  const stem = word.slice(0, longest - ROOM).replace(/_+$/, "");
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

function read<T>(id: string): T {
  return JSON.parse(document.getElementById(id)!.textContent!) as T;
}

define("tamada-made-id", MadeId);
