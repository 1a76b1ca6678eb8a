// <help-opinion>: says thank you, and asks what was missing, where the question stood. Without a script these are pages.
import { define, TamadaElement } from "../lib/element.ts";

class Opinion extends TamadaElement {
  protected enter(): void {
    this.listen<SubmitEvent>(this, "submit", (event) => {
      event.preventDefault();
      void this.send(event.target as HTMLFormElement, event.submitter);
    });
  }

  private async send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    const said = new FormData(form);
    if (button instanceof HTMLButtonElement && button.name) said.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(said as unknown as Record<string, string>) });
      this.put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      for (const [name, value] of said) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      form.submit();
    }
  }

  /** The answer's part for here, its heading one step lower than on a page of its own. */
  private put(page: Document): void {
    const part = page.querySelector<HTMLElement>("[data-opinion]") ?? page.querySelector<HTMLElement>("main");
    if (!part) return;
    const title = part.querySelector("h1");
    if (title) title.replaceWith(Object.assign(document.createElement("h2"), { textContent: title.textContent }));
    this.replaceChildren(document.adoptNode(part));
    part.focus({ preventScroll: true });
  }
}

define("help-opinion", Opinion);
