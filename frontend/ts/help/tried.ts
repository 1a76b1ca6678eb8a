// What a reader tried before asking a person: the last words looked for, and the articles read. It stays in this tab.

const KEY = "tamada.help";
const MOST = 10;

export type Tried = { words: string; read: string[] };

export function tried(): Tried {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Partial<Tried>;
    return { words: String(found.words ?? ""), read: Array.isArray(found.read) ? found.read.map(String) : [] };
  } catch {
    return { words: "", read: [] };
  }
}

/** Add what this page shows. */
export function note(): void {
  const before = tried();
  const words = document.querySelector<HTMLInputElement>("input[name=q]")?.defaultValue || before.words;
  const article = document.querySelector<HTMLElement>("[data-article]")?.dataset["article"];
  const read = article ? [...before.read.filter((one) => one !== article), article].slice(-MOST) : before.read;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ words, read }));
  } catch {
    // A browser that keeps nothing: what the address of the page says goes along all the same.
  }
}
