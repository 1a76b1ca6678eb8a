// Names of days, months and units. Browsers know them in few languages: Chromium has none of these in Armenian and Georgian.
import type { Code } from "../words.ts";

interface Names {
  /** Monday first. */
  days: string;
  short: string;
  /** As they stand behind the day of a date. */
  months: string;
  /** One form, or those of the language's plurals. */
  minute: string;
  hour: string;
  day: string;
  kilo: string;
  mega: string;
  point: string;
}

export const NAMES: Record<Code, Names> = {
  en: {
    days: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    short: "Mon Tue Wed Thu Fri Sat Sun",
    months: "January February March April May June July August September October November December",
    minute: "minute minutes",
    hour: "hour hours",
    day: "day days",
    kilo: "KB",
    mega: "MB",
    point: ".",
  },
  hy: {
    days: "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի",
    short: "երկ երք չրք հնգ ուր շբթ կիր",
    months: "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    minute: "րոպե",
    hour: "ժամ",
    day: "օր",
    kilo: "ԿԲ",
    mega: "ՄԲ",
    point: ",",
  },
  ka: {
    days: "ორშაბათი სამშაბათი ოთხშაბათი ხუთშაბათი პარასკევი შაბათი კვირა",
    short: "ორშ სამ ოთხ ხუთ პარ შაბ კვი",
    months: "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
    minute: "წუთი",
    hour: "საათი",
    day: "დღე",
    kilo: "კბ",
    mega: "მბ",
    point: ",",
  },
  ru: {
    days: "понедельник вторник среда четверг пятница суббота воскресенье",
    short: "пн вт ср чт пт сб вс",
    months: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    minute: "минута минуты минут",
    hour: "час часа часов",
    day: "день дня дней",
    kilo: "КБ",
    mega: "МБ",
    point: ",",
  },
};

/** Where companies of these countries count their hours, in the languages that write it otherwise. */
export const CITIES: Record<string, Partial<Record<Code, string>>> = {
  Yerevan: { hy: "Երևան", ka: "ერევანი", ru: "Ереван" },
  Tbilisi: { hy: "Թբիլիսի", ka: "თბილისი", ru: "Тбилиси" },
  Moscow: { hy: "Մոսկվա", ka: "მოსკოვი", ru: "Москва" },
};

/** "4 минуты": the number with the form that goes with it. */
export function counted(count: number, forms: string): string {
  const all = forms.split(" ");
  return `${count}\u00a0${all[Math.min(all.length === 3 ? slavic(count) : Number(count !== 1), all.length - 1)]}`;
}

function slavic(count: number): number {
  const [last, two] = [count % 10, count % 100];
  if (last === 1 && two !== 11) return 0;
  return last >= 2 && last <= 4 && (two < 12 || two > 14) ? 1 : 2;
}
