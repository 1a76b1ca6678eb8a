// A form whose words are kept as a draft while one writes, and once more when the page is left.
//
//   <tamada-keeping><form>…<input type="hidden" name="seen" value="4">…<span data-kept role="status"></span></form></tamada-keeping>
//
// With `asks` nothing is kept by itself, as there is no draft yet: whoever leaves with unsaved words is asked. A form with
// `data-beside` that was changed is sent first, so that what stands there is not lost with the page.
//
// The form's own address takes it and answers {"seen": 5}; 409 says that somebody else wrote meanwhile: then a save by
// hand shows both wordings, and until that nothing more is sent.
import { debounce, define, TamadaElement } from "../lib/element.ts";
import { csrfToken, post, reasonOf, request } from "../lib/http.ts";
import { word } from "../lib/words.ts";

const QUIET = 1_500;
const RETRY = 5_000;

class Keeping extends TamadaElement {
  private readonly save = debounce(() => (this.saving = this.put().finally(() => (this.saving = undefined))), QUIET);
  private saving: Promise<void> | undefined;
  private form!: HTMLFormElement;
  private known = "";
  private isAway = false;
  private isSent = false;
  private beside: HTMLFormElement | null = null;
  private isBesideChanged = false;

  protected enter(): void {
    const form = this.querySelector("form");
    if (!form) return;
    this.form = form;
    this.known = this.words;
    // The editor writes what it was given in its own way: that is no change of the writer's.
    this.listen(this, "trix-initialize", () => (this.known = this.words));
    const asks = this.hasAttribute("asks");
    for (const type of ["input", "trix-change"]) this.listen(this, type, () => this.words !== this.known && !this.isAway && !asks && this.save());
    this.listen(window, "beforeunload", (event) => asks && this.words !== this.known && !this.isSent && event.preventDefault());
    this.listen<KeyboardEvent>(this, "keydown", (event) => this.pressed(event), { capture: true });
    this.beside = document.querySelector<HTMLFormElement>("form[data-beside]");
    if (this.beside) this.listen(this.beside, "input", () => (this.isBesideChanged = true));
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
    const first = this.isBesideChanged ? this.sendBeside() : this.saving;
    if (!first) return void (this.isSent = true);
    event.preventDefault();
    void first.then(() => this.form.requestSubmit(event.submitter));
  }

  private async sendBeside(): Promise<void> {
    this.isBesideChanged = false;
    if (this.beside) await post(this.beside.action, new FormData(this.beside));
  }

  /** Ctrl/⌘ S saves by hand, from within the words too. */
  private pressed(event: KeyboardEvent): void {
    if (event.code !== "KeyS" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.form.requestSubmit(this.form.querySelector<HTMLElement>('[name="then"][value="draft"]'));
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
