// The panel's words, and times, spans and sizes as one says them.
import { Speech, type Code } from "../words.ts";
import { en, hy, ka, ru, type PanelWords } from "./table.ts";

export class Voice extends Speech<PanelWords> {
  constructor(code: Code) {
    super(code, { en, hy, ka, ru });
  }

  clock(at: string): string {
    return new Intl.DateTimeFormat(this.code, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
  }

  /** "Today", "Yesterday", or the date. */
  day(at: string): string {
    const days = Math.round((midnight(new Date()) - midnight(new Date(at))) / 86_400_000);
    if (days >= 0 && days < 2) return this.say(days ? "yesterday" : "today");
    return new Intl.DateTimeFormat(this.code, { day: "numeric", month: "long" }).format(new Date(at));
  }

  /** The clock of today's moments, the day of others. */
  moment(at: string): string {
    return midnight(new Date(at)) === midnight(new Date()) ? this.clock(at) : this.day(at);
  }

  /** A length of time in its largest sensible unit. */
  span(seconds: number): string {
    const [count, unit] = seconds < 5400 ? [Math.max(1, seconds / 60), "minute"] : seconds < 129_600 ? [seconds / 3600, "hour"] : [seconds / 86_400, "day"];
    return new Intl.NumberFormat(this.code, { style: "unit", unit: unit as string, unitDisplay: "long" }).format(Math.round(count as number));
  }

  /** When something comes: the hour if it is today, with the weekday otherwise. */
  when(at: string): string {
    if (midnight(new Date(at)) === midnight(new Date())) return this.clock(at);
    return `${new Intl.DateTimeFormat(this.code, { weekday: "long" }).format(new Date(at))}, ${this.clock(at)}`;
  }

  weekday(number: number): string {
    // The fifth of January 2026 was a Monday.
    return new Intl.DateTimeFormat(this.code, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5 + number));
  }

  size(bytes: number): string {
    const mega = bytes >= 1_000_000;
    const format = new Intl.NumberFormat(this.code, { style: "unit", unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: mega ? 1 : 0 });
    return format.format(Math.max(mega ? 0.1 : 1, bytes / (mega ? 1e6 : 1e3)));
  }
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
