// The message that will stand below what one writes: forwarded or quoted. One line says which; a button leaves it out.
import type { Composer } from "./composer.ts";
import type { Written } from "./written.ts";

export class Cited {
  private readonly box: HTMLElement | null;

  constructor(private readonly composer: Composer) {
    this.box = composer.querySelector("[data-cites]");
    this.mark();
  }

  /** `forward:12`, `reply:12` or "", as the server knows it. */
  get value(): string {
    return this.field?.value ?? "";
  }

  get how(): string {
    return this.value.split(":")[0] ?? "";
  }

  fill({ cite, cited }: Written): void {
    if (cite === undefined || !this.box || !this.field) return;
    this.field.value = cite;
    this.mark();
    this.box.classList.toggle("empty", !cite);
    const line = this.box.querySelector("[data-cited-line]");
    if (line) line.textContent = cited ?? "";
  }

  leave(): void {
    this.box?.querySelector<HTMLElement>("[data-cited-away]")?.click();
  }

  /** A forward goes to others, by mail: it has receivers in a conversation that has none as well. */
  private mark(): void {
    this.composer.form.classList.toggle("forwarding", this.how === "forward");
  }

  private get field(): HTMLInputElement | null {
    return this.box?.querySelector<HTMLInputElement>('input[name="cite"]') ?? null;
  }
}
