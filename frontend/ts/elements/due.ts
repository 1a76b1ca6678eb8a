// How long until something is due, or how late it is: ticks by itself and warms at the warning and at the due time.
// Without `due` nothing ticks: the clock stands still. An <i> has the time alone in one unit, −3 h where it is late.
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
    const minutes = Math.max(1, Math.floor(Math.abs(left) / 60_000));
    const time = span(minutes);
    const text = word(left < 0 ? "due.late" : "due.left", { time });
    this.say("b", text);
    this.say("i", (left < 0 ? "−" : "") + span(largest(minutes)));
  }

  private say(where: string, text: string): void {
    const shown = this.querySelector(where);
    if (shown && shown.textContent !== text) shown.textContent = text;
  }
}

/** Whole days, or whole hours, as `tamada.desk.times.brief_span`. */
function largest(minutes: number): number {
  const unit = [1440, 60, 1].find((one) => minutes >= one) ?? 1;
  return minutes - (minutes % unit);
}

define("tamada-due", Due);
