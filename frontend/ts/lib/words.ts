// Sentences in the reader's language, sent with the page as <script type="application/json" id="tamada-words">.

let words: Record<string, string> | undefined;

/** The sentence of this key with `%(name)s` filled in; the key itself if the page has none. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  words ??= read();
  const pattern = words[key] ?? key;
  return pattern.replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole));
}

function read(): Record<string, string> {
  const block = document.getElementById("tamada-words");
  return block?.textContent ? (JSON.parse(block.textContent) as Record<string, string>) : {};
}
