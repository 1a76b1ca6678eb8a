// Over which channel the reply goes: where the customer wrote last, until the person chooses another one; what the customer writes
// after that is newer than the choice. The server says it with each drawing of the conversation, and an open composer follows.
//
//   <tamada-composer way="3" heard="99" told="Your reply now goes by e-mail." [chosen] [plain]> … <span data-channel>
//   <span data-ways><a data-way="4" data-label="Reply by e-mail" href="?via=4&heard=99">By e-mail instead</a></span>
import { htmx, morph } from "../lib/htmx.ts";
import type { Composer } from "./composer.ts";
import { setField } from "./written.ts";

/** What htmx tells of a request before it is made. */
export interface Ask {
  elt: Element;
  parameters: Record<string, unknown>;
}

const SAID = ["way", "heard", "told", "chosen", "plain", "longest", "splits", "largest-file"];

export class Way {
  constructor(private readonly composer: Composer) {}

  /** Another channel is chosen: from this moment on it is the one, and one goes on writing. */
  asked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-way]") : null;
    const { composer, talk } = this;
    if (!link || !talk || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    composer.setAttribute("way", link.dataset["way"] ?? "");
    composer.setAttribute("chosen", "");
    setField(composer.form, "via", link.dataset["way"] ?? "");
    this.label(link.dataset["label"]);
    composer.banners.hide("way");
    composer.editor.focusEnd();
    link.remove();
    // A reload knows it, too.
    if (link.pathname === location.pathname) history.replaceState(history.state, "", link.href);
    htmx.trigger(talk, "live", {});
  }

  /** The conversation is drawn anew: for the channel that was chosen. */
  ask({ elt, parameters }: Ask): void {
    const { composer } = this;
    if (elt !== this.talk || !composer.hasAttribute("chosen")) return;
    parameters["via"] = composer.getAttribute("way");
    parameters["heard"] = composer.getAttribute("heard");
  }

  /** What the server would draw now. Words, caret and focus stay. */
  follow(fresh: Element): void {
    const { composer } = this;
    if (!composer.hasAttribute("way")) return;
    const moves = fresh.getAttribute("way") !== composer.getAttribute("way");
    if (moves && this.isBefore(fresh)) return;
    for (const name of SAID) {
      const value = fresh.getAttribute(name);
      if (value === null) composer.removeAttribute(name);
      else composer.setAttribute(name, value);
    }
    setField(composer.form, "via", fresh.getAttribute("way") ?? "");
    this.label(fresh.querySelector("[data-channel]")?.textContent);
    const [ways, others] = [composer.querySelector("[data-ways]"), fresh.querySelector("[data-ways]")];
    if (ways && others) morph(ways, [...others.children], true);
    composer.querySelector(".composer-to")?.classList.toggle("forward-only", !!fresh.querySelector(".composer-to.forward-only"));
    this.address(fresh);
    composer.limits.show();
    if (moves && !composer.editor.isEmpty && composer.cited.how !== "forward") composer.banners.show("way", "waiting", fresh.getAttribute("told") ?? "");
  }

  /** An answer that was asked for before one chose. */
  private isBefore(fresh: Element): boolean {
    const { composer } = this;
    const isThere = fresh.querySelector(`[data-way="${CSS.escape(composer.getAttribute("way") ?? "")}"]`);
    return composer.hasAttribute("chosen") && isThere !== null && fresh.getAttribute("heard") === composer.getAttribute("heard");
  }

  /** Where the channel has receivers and nobody is written down, it goes to whom the server would write. */
  private address(fresh: Element): void {
    const { addresses, cited } = this.composer;
    if (cited.how === "forward" || addresses.values.some(([, written]) => written.length)) return;
    const of = (name: string): string => fresh.querySelector<HTMLElement>(`[data-address-field="${name}"]`)?.dataset["value"] ?? "";
    addresses.fill({ to: of("to"), cc: of("cc") });
  }

  private label(text: string | null | undefined): void {
    const place = this.composer.querySelector("[data-channel]");
    if (place && text && place.textContent !== text) place.textContent = text;
  }

  private get talk(): Element | null {
    return this.composer.closest(".talk");
  }
}
