// A form whose words are kept as a draft while one writes, and once more when the page is left.
//
//   <tamada-keeping><form>…<input type="hidden" name="seen" value="4">…<span data-kept role="status"></span></form></tamada-keeping>
//
// The form's own address takes it and answers {"seen": 5}; 409 says that somebody else wrote meanwhile: then a save by
// hand shows both wordings, and until that nothing more is sent.
import { debounce, define, TamadaElement } from "../lib/element.ts";
import { csrfToken, reasonOf, request } from "../lib/http.ts";
import { word } from "../lib/words.ts";

const QUIET = 1_500;
const RETRY = 5_000;

class Keeping extends TamadaElement {
  private readonly save = debounce(() => (this.saving = this.put().finally(() => (this.saving = undefined))), QUIET);
  private saving: Promise<void> | undefined;
  private form!: HTMLFormElement;
  private known = "";
  private isAway = false;

  protected enter(): void {
    const form = this.querySelector("form");
    if (!form) return;
    this.form = form;
    this.known = this.words;
    // The editor writes what it was given in its own way: that is no change of the writer's.
    this.listen(this, "trix-initialize", () => (this.known = this.words));
    for (const type of ["input", "trix-change"]) this.listen(this, type, () => this.words !== this.known && !this.isAway && this.save());
    this.listen<SubmitEvent>(form, "submit", (event) => this.submitted(event));
    this.listen(window, "pagehide", () => this.save.flush());
  }

  private get words(): string {
    const { title, html } = Object.fromEntries(new FormData(this.form));
    return JSON.stringify([title, html]);
  }

  /** What is being kept is kept first: a save by hand begins from it. */
  private submitted(event: SubmitEvent): void {
    this.save.cancel();
    if (!this.saving) return;
    event.preventDefault();
    void this.saving.then(() => this.form.requestSubmit(event.submitter));
  }

  private async put(): Promise<void> {
    const sent = this.words;
    const body = new FormData(this.form);
    body.set("then", "draft");
    body.set("csrfmiddlewaretoken", csrfToken());
    this.say(word("draft.saving"));
    try {
      const response = await request(this.form.action, { method: "POST", body, keepalive: sent.length < 60_000, headers: { Accept: "application/json" } });
      this.isAway = response.status === 409;
      if (!response.ok) return this.say(await reasonOf(response));
      const { seen } = (await response.json()) as { seen: number };
      (this.form.elements.namedItem("seen") as HTMLInputElement).value = String(seen);
      this.known = sent;
      this.say(word("draft.saved"));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.say(word("draft.unsaved"));
      window.setTimeout(() => this.save(), RETRY);
    }
  }

  private say(text: string): void {
    const place = this.querySelector("[data-kept]");
    if (place) place.textContent = text;
  }
}

define("tamada-keeping", Keeping);
