// The draft on the server, a copy in the browser while the server can't be reached, and what another window wrote.
import { debounce } from "../lib/element.ts";
import { csrfToken, request } from "../lib/http.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";
import { setField, type Written } from "./written.ts";

const QUIET = 800;
const RETRY = 5_000;
const LONGEST = 3_000;

export class Drafts {
  private readonly save = debounce(() => (this.saving = this.put()), QUIET);
  private readonly key: string;
  private readonly url: string;
  // A reply and a note are two drafts, each with its own version.
  private readonly versions = new Map<string, string>();
  private dirty = false;
  // While a message is on its way its words are no draft: one that comes after it would be sent a second time.
  private held = false;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly composer: Composer) {
    this.url = composer.getAttribute("draft-url") ?? "";
    this.versions.set(composer.kind, composer.getAttribute("version") ?? "");
    this.key = `tamada-draft-${composer.getAttribute("conversation") ?? ""}`;
    composer.querySelector("[data-discard]")?.addEventListener("click", () => void this.discard());
  }

  changed(): void {
    this.dirty = true;
    this.keep();
    if (!this.held) this.save();
  }

  /** Another tab comes forward: what was written under this one is saved as such. */
  flush(): void {
    this.save.cancel();
    if (this.dirty) this.saving = this.put();
  }

  /** There are words here that the server is not known to have. */
  get isUnsaved(): boolean {
    return localStorage.getItem(this.key) !== null;
  }

  /** Wait a while for what is being saved; whether the server has it all. */
  async settled(): Promise<boolean> {
    await Promise.race([this.saving, new Promise((resolve) => window.setTimeout(resolve, LONGEST))]);
    return !this.isUnsaved;
  }

  /** A message is about to leave: wait a while for what is being saved, and save no more. */
  async hold(): Promise<void> {
    this.held = true;
    this.save.cancel();
    await this.settled();
  }

  /** It has been answered; what was not sent is a draft again. */
  release(): void {
    this.held = false;
    if (this.dirty) this.save();
  }

  /** After a lost connection or a crash the words kept here are newer than the server's. */
  recover(): void {
    const kept = localStorage.getItem(this.key);
    if (!kept) return;
    this.composer.fill(JSON.parse(kept) as Written);
    this.changed();
  }

  /** The page is left: what isn't saved yet goes out with the last breath. */
  leave(): void {
    this.save.cancel();
    if (!this.dirty || !this.url) return;
    const headers = { "X-CSRFToken": csrfToken() };
    void fetch(this.url, { method: "POST", body: this.fields(), headers, keepalive: true }).catch(() => undefined);
  }

  sent(): void {
    this.save.cancel();
    this.forget();
    this.versions.delete(this.composer.kind);
    this.say("");
  }

  /** The server changed this draft itself. */
  renewed(kind: string, version: string): void {
    this.versions.set(kind, version);
  }

  private keep(): void {
    const { kind, html, text, to, cc, bcc, subject, cite, macro, client_id } = Object.fromEntries(this.composer.fields) as Record<string, string>;
    const cited = this.composer.querySelector("[data-cited-line]")?.textContent;
    localStorage.setItem(this.key, JSON.stringify({ kind, html, text, to, cc, bcc, subject, cite, cited, macro, client_id }));
  }

  private forget(): void {
    this.dirty = false;
    localStorage.removeItem(this.key);
  }

  private fields(): FormData {
    const fields = this.composer.fields;
    fields.set("version", this.versions.get(this.composer.kind) ?? "");
    return fields;
  }

  private async put(): Promise<void> {
    if (!this.url || !this.dirty || this.held) return;
    const { kind } = this.composer;
    this.dirty = false;
    this.say(word("draft.saving"));
    try {
      const response = await request(this.url, { method: "POST", body: this.fields() });
      if (response.status === 409) return this.elsewhere((await response.json()) as Written & { version: string });
      if (!response.ok) throw new TypeError(`draft ${response.status}`);
      const { version, draft } = (await response.json()) as { version: string | number; draft?: string };
      this.versions.set(kind, String(version));
      if (draft) setField(this.composer.form, "draft", draft);
      if (!this.dirty) this.forget();
      this.say(word("draft.saved"));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.dirty = true;
      this.say(word("draft.offline"));
      window.setTimeout(() => this.save(), RETRY);
    }
  }

  /** Another window saved a different text: the person chooses, nothing is overwritten silently. */
  private elsewhere(theirs: Written & { version: string }): void {
    const { banners } = this.composer;
    const settle = (take: boolean): void => {
      this.versions.set(this.composer.kind, String(theirs.version));
      if (take) this.composer.fill({ kind: this.composer.kind, ...theirs });
      banners.hide("elsewhere");
      this.changed();
    };
    this.say("");
    banners.show("elsewhere", "waiting", word("draft.elsewhere"), [
      [word("draft.take"), () => settle(true)],
      [word("draft.keep"), () => settle(false)],
    ]);
  }

  private async discard(): Promise<void> {
    const draft = String(this.composer.fields.get("draft") ?? "");
    const { kind } = this.composer;
    this.composer.clear();
    setField(this.composer.form, "draft", "");
    if (this.url) await request(`${this.url}?${draft ? `draft=${draft}` : `kind=${kind}`}`, { method: "DELETE" });
  }

  private say(text: string): void {
    const status = this.composer.querySelector("[data-draft-status]");
    if (status) status.textContent = text;
  }
}
