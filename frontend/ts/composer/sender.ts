// Sending: once, with undo; refused when the customer wrote meanwhile, and then one sees what they wrote and chooses.
import { reasonOf, request } from "../lib/http.ts";
import { settled, toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";

interface Sent {
  message: string;
  toast?: string;
  undo?: string;
  seconds?: number;
  /** Where it is shown, when that is not here; the page there says that it is being sent. */
  location?: string;
}

/** What the composer complains of until something is changed. */
export const UNSENT = "unsent";

export class Sender {
  constructor(private readonly composer: Composer) {}

  async send(button: HTMLElement | null, then = button?.getAttribute("value") ?? "send", force = false): Promise<void> {
    const { composer } = this;
    if (composer.form.classList.contains("sending")) return;
    // Said at once: whoever goes on typing types over the gap, and not where they were.
    if (this.gap) return composer.macros.showGap();
    composer.form.classList.add("sending");
    await drawn();
    composer.form.classList.remove("sending");
    if (composer.isEmpty) return this.complain(word("send.empty"));
    if (composer.limits.isOver) return this.complain(word("limit.over", { most: composer.limits.longest }));
    if (composer.uploads.busy) return this.complain(word("send.uploading"));
    composer.addresses.settle();
    const wrong = composer.kind === "out" ? composer.addresses.wrong : undefined;
    if (wrong) return this.complain(word("address.bad", { name: wrong }));
    if (this.gap) return composer.macros.showGap();
    const subject = composer.form.querySelector<HTMLInputElement>('input[name="subject"][required]');
    if (subject && !subject.value.trim()) return this.complain(word("send.subject"), subject);
    const body = this.fields(button, then, force);
    composer.form.classList.add("sending");
    await composer.drafts.hold();
    try {
      await this.answered(await request(composer.form.dataset["send"] ?? composer.form.action, { method: "POST", body, headers: { Accept: "application/json" } }), then);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      toast({ text: word("send.failed"), kind: "error", about: UNSENT });
    } finally {
      composer.form.classList.remove("sending");
      composer.drafts.release();
    }
  }

  private get gap(): string | undefined {
    return this.composer.kind === "out" ? this.composer.macros.gap : undefined;
  }

  private fields(button: HTMLElement | null, then: string, force: boolean): FormData {
    const body = this.composer.fields;
    body.set("then", then);
    if (force) body.set("force", "1");
    const { snooze, sendAt } = button?.dataset ?? {};
    if (snooze) body.set("snooze", snooze);
    if (sendAt) body.set("send_at", sendAt);
    // As it stands there: the server reads it in the zone in which it shows times to this person.
    if (sendAt === "custom") body.set("send_at_custom", this.customTime());
    return body;
  }

  private customTime(): string {
    return this.composer.querySelector<HTMLInputElement>("[data-send-at-custom]")?.value ?? "";
  }

  private async answered(response: Response, then: string): Promise<void> {
    if (response.status === 409) return this.stale(((await response.json()) as { html: string }).html, then);
    if (response.status === 422) {
      const { errors, sent_before } = (await response.json()) as { errors: Record<string, string[]>; sent_before?: boolean };
      if (sent_before) this.composer.startAnew();
      return this.complain(Object.values(errors).flat().join(" "));
    }
    if (!response.ok) return toast({ text: await reasonOf(response), kind: "error" });
    const sent = (await response.json()) as Sent;
    this.composer.startAnew();
    if (sent.location) return this.leave(sent.location);
    this.composer.setAttribute("last-seen", sent.message);
    this.composer.clear();
    settled(UNSENT);
    toast({ text: sent.toast ?? word("send.sent"), undo: sent.undo, seconds: sent.seconds, counts: sent.seconds !== undefined });
    this.composer.dispatchEvent(new CustomEvent("composer:sent", { bubbles: true, detail: { ...sent, then } }));
  }

  /** The customer wrote while we did. Their words are shown above ours: send all the same, go on editing, or discard. */
  private stale(html: string, then: string): void {
    const dialog = document.createElement("dialog");
    dialog.className = "wide";
    dialog.innerHTML = html;
    this.composer.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
      const choice = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[name="stale"]')?.value : undefined;
      if (!choice) return;
      event.preventDefault();
      const seen = dialog.querySelector<HTMLElement>("[data-last-seen]")?.dataset["lastSeen"];
      if (seen) this.composer.setAttribute("last-seen", seen);
      dialog.close();
      if (choice === "send") void this.send(null, then, true);
      else if (choice === "discard") this.composer.querySelector<HTMLElement>("[data-discard]")?.click();
      else this.composer.focusText();
    });
    dialog.showModal();
  }

  private leave(place: string): void {
    this.composer.drafts.sent();
    location.assign(place);
  }

  private complain(text: string, at?: HTMLElement): void {
    toast({ text, kind: "error", about: UNSENT });
    if (at) at.focus();
    else this.composer.focusText();
  }
}

/** The editor takes the last keystrokes over when it draws the next frame: late on a busy machine, never out of sight. */
function drawn(): Promise<unknown> {
  return Promise.race([new Promise(requestAnimationFrame), new Promise((resolve) => window.setTimeout(resolve, document.hidden ? 300 : 3_000))]);
}
