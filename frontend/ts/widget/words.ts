// The widget's own words: it speaks before and without the server, in the language of the page it stands in.

export type Code = "en" | "hy" | "ka" | "ru";
const CODES: readonly string[] = ["en", "hy", "ka", "ru"];

/** The first language of these that we speak; English when there is none. */
export function resolve(...wishes: (string | null | undefined)[]): Code {
  for (const wish of wishes) {
    const code = wish?.toLowerCase().split(/[-_]/)[0] ?? "";
    if (CODES.includes(code)) return code as Code;
  }
  return "en";
}

export class Speech<W extends Record<string, string>> {
  constructor(
    readonly code: Code,
    private readonly tables: Record<Code, W>,
  ) {}

  say(word: keyof W, values: Record<string, string | number> = {}): string {
    return this.tables[this.code][word]!.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }
}
