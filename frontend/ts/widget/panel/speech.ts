// The panel's words, and times, spans and sizes as one says them.
import { isAway } from "../hours.ts";
import type { Config } from "../types.ts";
import { Speech, type Code } from "../words.ts";
import { en, hy, ka, ru, type PanelWords } from "./table.ts";
import { CITIES, counted, NAMES } from "./times.ts";
import { isElsewhere } from "../../lib/zones.ts";

const DAY = 86_400;

export class Voice extends Speech<PanelWords> {
  constructor(code: Code) {
    super(code, { en, hy, ka, ru });
  }

  clock(at: string): string {
    const date = new Date(at);
    return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  }

  /** "Today", "Yesterday", or the date. */
  day(at: string): string {
    const days = Math.round((midnight(new Date()) - midnight(new Date(at))) / (DAY * 1000));
    if (days >= 0 && days < 2) return this.say(days ? "yesterday" : "today");
    const date = new Date(at);
    return `${date.getDate()} ${this.names.months.split(" ")[date.getMonth()]}`;
  }

  /** The clock of today's moments, the day of others. */
  moment(at: string): string {
    return this.isToday(at) ? this.clock(at) : this.day(at);
  }

  /** A length of time in its largest sensible unit. */
  span(seconds: number): string {
    if (seconds < 5400) return counted(Math.max(1, Math.round(seconds / 60)), this.names.minute);
    if (seconds < 1.5 * DAY) return counted(Math.round(seconds / 3600), this.names.hour);
    return counted(Math.round(seconds / DAY), this.names.day);
  }

  /** When something comes: the hour if it is today, with the weekday otherwise; whose hour, where the company's clock shows another. */
  when(at: string, zone: string): string {
    const weekday = this.names.days.split(" ")[(new Date(at).getDay() + 6) % 7];
    const when = this.isToday(at) ? this.clock(at) : `${weekday}, ${this.clock(at)}`;
    return isElsewhere(zone, at) ? this.say("your_time", { when }) : when;
  }

  /** Short; 0 is Monday. */
  weekday(number: number): string {
    return this.names.short.split(" ")[number] ?? "";
  }

  /** The city that a zone is named after. */
  city(zone: string): string {
    const name = zone.split("/").at(-1)!.replaceAll("_", " ");
    return CITIES[name]?.[this.code] ?? name;
  }

  size(bytes: number): string {
    const mega = bytes >= 1_000_000;
    const amount = bytes / (mega ? 1e6 : 1e3);
    const digits = amount < 10 && mega ? amount.toFixed(1).replace(/\.0$/, "") : String(Math.max(1, Math.round(amount)));
    return `${digits.replace(".", this.names.point)}\u00a0${mega ? this.names.mega : this.names.kilo}`;
  }

  private get names(): (typeof NAMES)[Code] {
    return NAMES[this.code];
  }

  private isToday(at: string): boolean {
    return midnight(new Date(at)) === midnight(new Date());
  }
}

/** What a visitor reads first: the inbox's own words, those for closed hours then, else ours. */
export function welcomeOf(config: Config, voice: Voice): string {
  return (isAway(config) && config.texts.away) || config.texts.greeting || voice.say("welcome");
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
