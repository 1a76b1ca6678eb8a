// Server fragments in a <dialog>: opened by any element, posted in place, closed when done.
//
//   <tamada-dialog></tamada-dialog>  <button data-dialog="/conversations/12/snooze">Snooze…</button>
//   <button data-dialog-open="#shortcuts-help">Keyboard</button> shows one that is in the page.
//
// Inside: a form is sent by fetch; 422 shows the returned form again, anything else that went well closes.
import { define, TamadaElement } from "../lib/element.ts";
import { htmx } from "../lib/htmx.ts";
import { reasonOf, request } from "../lib/http.ts";
import { working } from "../lib/busy.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

class Dialogs extends TamadaElement {
  protected enter(): void {
    this.listen<MouseEvent>(document, "click", (event) => this.clicked(event));
    this.listen<SubmitEvent>(this, "submit", (event) => void this.submit(event));
    this.listen<CustomEvent<{ url: string }>>(document, "dialog:open", ({ detail }) => void this.open(detail.url));
    this.listen(document, "dialog:close", () => this.querySelector("dialog")?.close());
  }

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const closer = event.target.closest("[data-dialog-close]");
    const dialog = event.target.closest("dialog");
    if (dialog && (closer || (event.target === dialog && isOutside(event, dialog)))) dialog.close();
    else if (closer && !dialog) history.back(); // The question stands on a page of its own.
    const shower = event.target.closest<HTMLElement>("[data-dialog-open]");
    if (shower) document.querySelector<HTMLDialogElement>(shower.dataset["dialogOpen"] ?? "")?.showModal();
    const opener = event.target.closest<HTMLElement>("[data-dialog]");
    if (!opener || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    void this.open(opener.dataset["dialog"] ?? "", opener.dataset["dialogClass"]);
  }

  private async open(url: string, className = ""): Promise<void> {
    working(1);
    try {
      const response = await request(url, { headers: { "HX-Request": "true", "HX-Target": "dialog" } });
      if (response.ok) this.show(await response.text(), className);
      else toast({ text: await reasonOf(response), kind: "error" });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      toast({ text: word("failed"), kind: "error" });
    } finally {
      working(-1);
    }
  }

  private show(html: string, className: string): void {
    this.querySelector("dialog")?.remove();
    const dialog = document.createElement("dialog");
    dialog.className = className;
    this.append(dialog);
    this.fill(dialog, html);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  }

  private fill(dialog: HTMLDialogElement, html: string): void {
    dialog.innerHTML = html;
    htmx.process(dialog);
    const title = dialog.querySelector("h1, h2");
    if (!title) return;
    title.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
  }

  private async submit(event: SubmitEvent): Promise<void> {
    const form = event.target;
    const dialog = this.querySelector("dialog");
    if (!(form instanceof HTMLFormElement) || !dialog || form.hasAttribute("hx-post") || form.method === "dialog") return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    try {
      const response = await request(form.action, { method: "POST", body, headers: { "HX-Request": "true", "HX-Target": "dialog" } });
      if (response.status === 422) {
        this.fill(dialog, await response.text());
        return goOn(dialog);
      }
      if (!response.ok) return toast({ text: await reasonOf(response), kind: "error" });
      dialog.close();
      if (response.redirected) location.assign(response.url);
      else document.dispatchEvent(new CustomEvent("dialog:done", { detail: { action: form.action } }));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      toast({ text: word("failed"), kind: "error" });
    }
  }
}

/** A form that comes back goes on where something is wrong, in sight with what is said of it, or else at its beginning. */
function goOn(dialog: HTMLDialogElement): void {
  const wrong = dialog.querySelector<HTMLElement>("[aria-invalid=true]");
  const field = wrong?.matches("[role=radiogroup]") ? wrong.querySelector("input") : wrong;
  const begin = dialog.querySelector<HTMLElement>("[autofocus]") ?? dialog.querySelector<HTMLElement>("[data-dialog-close]");
  (field ?? begin)?.focus({ preventScroll: field !== null });
  field?.closest(".field")?.scrollIntoView({ block: "center" });
}

function isOutside(event: MouseEvent, dialog: HTMLDialogElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return (x !== 0 || y !== 0) && (x < left || x > right || y < top || y > bottom);
}

define("tamada-dialog", Dialogs);
