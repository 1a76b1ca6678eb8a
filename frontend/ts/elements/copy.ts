// Copies a text to the clipboard.   <tamada-copy text="tmd_…"><button class="button small">Copy</button></tamada-copy>
import { define, TamadaElement } from "../lib/element.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

class Copy extends TamadaElement {
  protected enter(): void {
    this.listen(this, "click", () => void this.copy());
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text("text"));
    toast({ text: word("copied") });
  }
}

define("tamada-copy", Copy);
