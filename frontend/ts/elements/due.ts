// How long until something is due, or how late it is: ticks by itself and warms at the warning and at the due time.
// Without `due` nothing ticks: the clock stands still.
//
//   <tamada-due class="chip" due="2026-05-01T14:00:00+00:00" warn="2026-05-01T13:00:00+00:00" data-heat="cool"><b>3 h left</b></tamada-due>
import { define, TamadaElement } from "../lib/element.ts";
import { word } from "../lib/words.ts";
import { span } from "./wait.ts";

class Due extends TamadaElement {
  protected enter(): void {
    this.tick();
    this.every(20_000, () => this.tick());
  }

  private tick(): void {
    const left = Date.parse(this.text("due")) - Date.now();
    if (Number.isNaN(left)) return;
    const warned = Date.parse(this.text("warn")) <= Date.now();
    const heat = left < 0 ? "hot" : warned ? "warm" : "cool";
    if (this.dataset["heat"] !== heat) this.dataset["heat"] = heat;
    const time = span(Math.max(1, Math.floor(Math.abs(left) / 60_000)));
    const text = word(left < 0 ? "due.late" : "due.left", { time });
    const shown = this.querySelector("b");
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}

define("tamada-due", Due);
