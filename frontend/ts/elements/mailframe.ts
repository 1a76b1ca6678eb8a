// An HTML mail in a frame without scripts, as tall as its content. Remote pictures come only when asked for.
//
//   <tamada-mailframe src="/messages/5/html" remote-url="/messages/5/html?remote=1">
//     <button data-show-remote hidden>Show pictures</button> </tamada-mailframe>
//
// The server sends that document with its own policy (no scripts, pictures from us only) and `frame-ancestors 'self'`;
// `<body data-remote>` says how many remote pictures it held back.
import { define, TamadaElement } from "../lib/element.ts";
import { word } from "../lib/words.ts";

// Without allow-scripts the origin gives the mail nothing; it lets us measure the height and see the links.
const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

class MailFrame extends TamadaElement {
  private frame: HTMLIFrameElement | undefined;
  private sizes: ResizeObserver | undefined;

  protected enter(): void {
    if (!this.frame) this.build();
    this.listen<MouseEvent>(this, "click", ({ target }) => {
      if (!(target instanceof Element) || !target.closest("[data-show-remote]")) return;
      (target.closest("[data-show-remote]") as HTMLElement).hidden = true;
      if (this.frame) this.frame.src = this.text("remote-url");
    });
  }

  protected override leave(): void {
    this.sizes?.disconnect();
  }

  private build(): void {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", SANDBOX);
    frame.title = word("mail.frame");
    frame.loading = "lazy";
    frame.addEventListener("load", () => this.loaded(frame));
    frame.src = this.text("src");
    this.frame = frame;
    this.prepend(frame);
  }

  private loaded(frame: HTMLIFrameElement): void {
    const page = frame.contentDocument;
    if (!page?.body) return;
    const fit = (): void => {
      frame.style.height = `${Math.min(page.documentElement.offsetHeight, 20_000)}px`;
      this.dispatchEvent(new Event("load"));
    };
    this.sizes?.disconnect();
    this.sizes = new ResizeObserver(fit);
    this.sizes.observe(page.documentElement);
    fit();
    const blocked = Number(page.body.dataset.remote) > 0;
    for (const button of this.querySelectorAll<HTMLElement>("[data-show-remote]")) button.hidden = !blocked;
    // Keys pressed inside the mail are still the desk's keys.
    page.addEventListener("keydown", (event) => this.dispatchEvent(new KeyboardEvent("keydown", { ...keyOf(event), bubbles: true, cancelable: true })));
  }
}

function keyOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): KeyboardEventInit {
  return { key, code, ctrlKey, metaKey, shiftKey, altKey };
}

define("tamada-mailframe", MailFrame);
