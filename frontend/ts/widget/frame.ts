// What stands in the page before the panel is opened: one custom element with a button, a greeting, and room for the panel.
import type { Chat } from "./chat.ts";
import { accentRule, schemeOf, watchScheme } from "./colour.ts";
import { DRAWN, h, icon, linked, sheet } from "./dom.ts";
import css from "./frame.css";
import { en, hy, ka, ru } from "./table.ts";
import { Speech, type Code } from "./words.ts";

export interface Panel {
  /** `again`: without taking the focus or moving in, as on the page before. */
  show(again: boolean): void;
  hide(): void;
  /** Draw everything again: another language. */
  speak(): void;
}

class Host extends HTMLElement {}

export class Frame {
  readonly host: HTMLElement;
  readonly box = h("div", { class: "frame" });
  readonly launcher: HTMLButtonElement;
  readonly root: ShadowRoot;
  speech = new Speech("en", { en, hy, ka, ru });
  private readonly badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  private readonly live = h("div", { class: "away", role: "status", "aria-live": "polite" });
  private readonly tint = new CSSStyleSheet();
  private tinted = "";
  /** What appears here is read aloud. */
  private readonly corner = h("div", { "aria-live": "polite" });
  private greeting: HTMLElement | undefined;

  constructor(
    private readonly chat: Chat,
    private readonly theme: string | null,
    press: () => void,
  ) {
    if (!customElements.get("tamada-chat")) customElements.define("tamada-chat", Host);
    this.host = document.createElement("tamada-chat");
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet(css), this.tint];
    this.launcher = h("button", { class: "launcher", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: press }, icon(DRAWN.chat), this.badge);
    this.launcher.addEventListener("keydown", ({ key }) => key === "Escape" && this.isOpen && press());
    this.box.append(this.corner, this.launcher, this.live);
    this.root.append(this.box);
    document.body.append(this.host);
    watchScheme(() => this.paint());
    addEventListener("load", () => this.paint());
    this.paint();
    this.stay();
    chat.addEventListener("change", () => this.count());
  }

  /** Follow the site's light or dark and the inbox's colour and side. */
  paint(): void {
    const scheme = schemeOf(this.theme);
    const { color, side } = this.chat.config?.theme ?? { color: "", side: "right" };
    this.box.dataset["scheme"] = scheme;
    this.box.dataset["side"] = side;
    const rule = `.frame{${accentRule(color, scheme)}}`;
    if (rule !== this.tinted) this.tint.replaceSync((this.tinted = rule));
  }

  /** Some sites exchange their whole body from page to page. */
  private stay(): void {
    const back = new MutationObserver(() => this.host.isConnected || document.body?.append(this.host));
    back.observe(document.documentElement, { childList: true });
  }

  speak(code: Code): void {
    this.speech = new Speech(code, { en, hy, ka, ru });
    this.box.lang = code;
    this.count();
  }

  /** Whether the panel is open. */
  expand(open: boolean): void {
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.firstElementChild!.replaceWith(icon(open ? DRAWN.close : DRAWN.chat));
    if (open) this.dismiss();
    this.paint();
    this.count();
  }

  /** Have it read aloud where a screen reader listens. */
  announce(text: string): void {
    this.live.textContent = "";
    setTimeout(() => (this.live.textContent = text), 60);
  }

  greet(text: string, accept: () => void): void {
    const { speech } = this;
    const yes = h("button", { class: "yes", type: "button", onclick: accept }, speech.say("greet_yes"));
    const no = h("button", { class: "no", type: "button", onclick: () => this.dismiss() }, speech.say("greet_no"));
    this.greeting = h("section", { class: "greeting", "aria-label": speech.say("greeting") }, h("p", {}, ...linked(text)), h("div", { class: "choices" }, yes, no));
    this.greeting.addEventListener("keydown", ({ key }) => key === "Escape" && this.dismiss());
    this.corner.replaceChildren(this.greeting);
  }

  dismiss(): void {
    const focused = this.greeting?.contains(this.root.activeElement) ?? false;
    this.greeting?.remove();
    this.greeting = undefined;
    if (focused) this.launcher.focus();
  }

  private get isOpen(): boolean {
    return this.launcher.getAttribute("aria-expanded") === "true";
  }

  private count(): void {
    const { unread } = this.chat;
    const open = this.isOpen;
    const name = open ? this.speech.say("close") : unread ? this.speech.say("launcher_unread", { count: unread }) : this.speech.say("launcher");
    this.launcher.setAttribute("aria-label", name);
    this.badge.hidden = open || !unread;
    this.badge.textContent = unread > 9 ? "9+" : String(unread);
  }
}
