// How long someone has waited: ticks by itself and warms from cool to warm to hot.
//
//   <tamada-wait class="chip" since="2026-05-01T10:00:00+00:00" warm="30" hot="120" data-heat="cool">18 min</tamada-wait>
import { define, TamadaElement } from "../lib/element.ts";
import { word } from "../lib/words.ts";

class Wait extends TamadaElement {
  protected enter(): void {
    this.tick();
    this.every(20_000, () => this.tick());
  }

  private tick(): void {
    const since = Date.parse(this.text("since"));
    if (Number.isNaN(since)) return;
    const minutes = Math.max(1, Math.floor((Date.now() - since) / 60_000));
    const heat = minutes >= this.number("hot", 120) ? "hot" : minutes >= this.number("warm", 30) ? "warm" : "cool";
    if (this.dataset["heat"] !== heat) this.dataset["heat"] = heat;
    const text = span(minutes);
    if (this.textContent !== text) this.textContent = text;
  }
}

/** The same words as `tamada.desk.times.span`. */
export function span(total: number): string {
  const days = Math.floor(total / 1440);
  const hours = Math.floor(total / 60) % 24;
  const minutes = total % 60;
  if (days) return hours && days < 7 ? word("wait.days_hours", { days, hours }) : word("wait.days", { days });
  if (hours) return minutes ? word("wait.hours_minutes", { hours, minutes }) : word("wait.hours", { hours });
  return word("wait.minutes", { minutes });
}

define("tamada-wait", Wait);
