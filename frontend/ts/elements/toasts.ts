// Short words at the foot of the page, with undo while it is possible; also on Ctrl/⌘+Z. One at a time of each kind.
//
//   <tamada-toasts><template data-toast data-undo="/undo/5" data-seconds="10">Closed.</template></tamada-toasts>
//   <button data-undo="/messages/5/undo">Take back</button> anywhere does the same for as long as it stands there.
//   HX-Trigger: {"toast": {"text": "Closed.", "undo": "/conversations/12/status/undo", "seconds": 10}}
import { define, isTyping, TamadaElement } from "../lib/element.ts";
import { post } from "../lib/http.ts";
import type { Toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

const STAY = { ok: 4, info: 6, error: 10 };

class Toasts extends TamadaElement {
  private last: (() => void) | undefined;

  protected enter(): void {
    this.setAttribute("popover", "manual");
    this.take(this);
    this.listen<CustomEvent<Toast>>(document, "toast", ({ detail }) => this.show(detail));
    this.listen<CustomEvent<{ about: string }>>(document, "toast:settled", ({ detail }) => this.dismiss(({ about }) => about === detail.about));
    this.listen<Event>(document, "htmx:afterSwap", (event) => this.take(event.target));
    this.listen(document, "pane:shown", () => this.take(document));
    this.listen<MouseEvent>(document, "click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>("button[data-undo]") : null;
      if (button) void this.undo(button.dataset["undo"] ?? "");
    });
    this.listen<KeyboardEvent>(document, "keydown", (event) => {
      if (event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || isTyping(event.target) || !this.last) return;
      event.preventDefault();
      this.last();
    });
  }

  /** Show and remove the templates that came with a fragment. */
  private take(root: EventTarget | null): void {
    if (!(root instanceof Element || root instanceof Document)) return;
    for (const template of root.querySelectorAll<HTMLTemplateElement>("template[data-toast]")) {
      const { kind, undo, seconds, counts } = template.dataset;
      const text = template.content.textContent?.trim() ?? "";
      this.show({ text, kind: kind === "error" ? "error" : "ok", undo, seconds: seconds ? Number(seconds) : undefined, counts: counts === "1" });
      template.remove();
    }
  }

  private show(toast: Toast): void {
    // What can be undone does not give way to what is only said.
    const kind = `${toast.kind ?? "ok"}${toast.undo ? " undo" : ""}`;
    this.dismiss((earlier) => earlier.kind === kind);
    const box = document.createElement("div");
    box.className = `toast ${toast.kind ?? "ok"}`;
    Object.assign(box.dataset, { kind, about: toast.about ?? "", url: toast.undo ?? "" });
    box.setAttribute("role", toast.kind === "error" ? "alert" : "status");
    box.append(Object.assign(document.createElement("span"), { textContent: toast.text }));
    const away = this.leaveAfter(box, toast.seconds ?? (toast.undo ? 10 : STAY[toast.kind ?? "ok"]), toast.counts === true);
    if (toast.undo) box.append(this.undoButton(toast.undo, away));
    if (toast.open) box.append(Object.assign(document.createElement("a"), { href: toast.open, textContent: word("open") }));
    box.append(button("✕", away, "close", word("close")));
    this.append(box);
    // Shown anew each time, so that it stands above any dialog opened since.
    if (this.matches(":popover-open")) this.hidePopover();
    this.showPopover();
  }

  private dismiss(is: (earlier: DOMStringMap) => boolean): void {
    for (const box of this.querySelectorAll<HTMLElement>(".toast")) if (is(box.dataset)) box.querySelector<HTMLElement>("button.close")?.click();
  }

  private undoButton(url: string, away: () => void): HTMLButtonElement {
    const undo = (): void => {
      away();
      if (this.last === undo) this.last = undefined;
      void this.undo(url);
    };
    this.last = undo;
    return button(word("undo"), undo);
  }

  private async undo(url: string): Promise<void> {
    const response = await post(url);
    if (!response) return;
    this.dismiss((earlier) => earlier["url"] === url);
    const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
    const data = isJson ? ((await response.json()) as { location?: string; toast?: string }) : undefined;
    if (data?.location) return location.assign(data.location);
    const detail = { url, data };
    const untaken = document.dispatchEvent(new CustomEvent("undone", { detail, cancelable: true }));
    if (untaken) this.show({ text: data?.toast ?? word("undone") });
  }

  /** Leave after so many seconds; but while pointed at or focused only when they are counted for all to see. */
  private leaveAfter(box: HTMLElement, seconds: number, counts: boolean): () => void {
    const away = (): void => {
      window.clearInterval(timer);
      box.remove();
      if (!this.childElementCount) this.last = undefined;
    };
    const ring = Object.assign(document.createElement("span"), { className: "ring", ariaHidden: "true", textContent: String(seconds) });
    if (counts) box.append(ring);
    let left = seconds * 4;
    const timer = window.setInterval(() => {
      if (!counts && box.matches(":hover, :focus-within")) return;
      ring.textContent = String(Math.ceil(--left / 4));
      if (left <= 0) away();
    }, 250);
    return away;
  }
}

function button(text: string, action: () => void, className = "", label = ""): HTMLButtonElement {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, className });
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("click", action);
  return element;
}

define("tamada-toasts", Toasts);
