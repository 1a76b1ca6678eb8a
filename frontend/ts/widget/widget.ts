// The script that a site embeds: a button in the corner, and what must work before it is pressed. The panel comes when opened.
//
//   <script src="https://HOST/widget.js" data-inbox="KEY" async></script>
//
// data-locale, data-theme="light|dark": otherwise the page's own. `Tamada.push(["open"])` may be called before it is loaded:
//   <script>window.Tamada = window.Tamada || []; Tamada.push(["identify", {user, hash}])</script>
import { isRefused, quietly } from "./api.ts";
import { Chat } from "./chat.ts";
import { Frame, type Panel } from "./frame.ts";
import { Watch } from "./greeting.ts";
import { isOpen, turnsIn } from "./hours.ts";
import { isNext, rest, resting } from "./resting.ts";
import type { Config, Offer } from "./types.ts";
import { resolve } from "./words.ts";

const LONGEST = 2 ** 31 - 5_000;
/** The panel covers the page there (panel.css). */
const COVERS = "(max-width: 480px), (max-height: 420px)";
type Call = [name: string, ...values: unknown[]];
type Who = { user: string; hash: string; name?: string; email?: string };
type Build = (frame: Frame, chat: Chat, close: () => void) => Panel;

class Widget {
  readonly origin: string;
  private readonly chat: Chat;
  private readonly frame: Frame;
  private panel: Promise<Panel> | undefined;
  private watch: Watch | undefined;
  private locale = "";
  private asked = 0;
  private turn = 0;
  private readonly ready: Promise<void>;

  constructor(private readonly script: HTMLScriptElement) {
    this.origin = new URL(script.src).origin;
    this.chat = new Chat(this.origin, script.dataset["inbox"] ?? "");
    this.frame = new Frame(this.chat, script.dataset["theme"] ?? null, () => (this.chat.open ? this.close() : this.open()));
    this.frame.host.hidden = true;
    this.chat.addEventListener("fresh", () => this.fresh());
    this.frame.launcher.addEventListener("pointerdown", () => void this.load().catch(() => {}));
    this.ready = this.start();
  }

  /** The inbox's settings, tried again until the server answers. Where it knows no such inbox there is no button. */
  private async start(): Promise<void> {
    this.speak();
    if (!isNext()) rest(this.chat.key);
    // Where it would cover the page that was just chosen, it waits for the visitor.
    const opens = resting(this.chat.key) !== undefined && !matchMedia(COVERS).matches;
    for (let pause = 2_000; !this.chat.config; pause = Math.min(pause * 2, 60_000)) {
      await quietly(this.configure(), (refused) => {
        if (refused.passing) return;
        this.chat.store.remove("config");
        throw refused;
      });
      // The server is out of reach: as it was here last.
      if (!this.chat.config) this.settle(this.chat.store.read<Config>("config"));
      if (!this.chat.config) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.frame.host.hidden = false;
    this.chat.begin();
    this.watch = new Watch(this.chat.store, isOpen(this.chat.config) ? this.chat.config.offers : [], (offer) => this.greet(offer));
    if (opens) void this.unfold(true);
  }

  private async configure(): Promise<void> {
    const config = await this.chat.api.get<Config>(`config?key=${encodeURIComponent(this.chat.key)}`);
    this.asked = config.came = Date.now();
    this.chat.store.set("config", config);
    this.settle(config);
    this.keepTime(config);
    const asked = this.chat.api.language;
    this.speak();
    // The inbox's language, where the page names none: its texts are wanted in that.
    if (this.chat.api.language !== asked) await this.configure();
  }

  private settle(config: Config | undefined): void {
    if (!config) return;
    this.chat.config = config;
    this.frame.paint();
  }

  private speak(): void {
    const { config, api } = this.chat;
    const code = resolve(this.locale, this.script.dataset["locale"], document.documentElement.lang, config?.language, ...navigator.languages);
    api.language = code;
    this.frame.speak(code);
  }

  /** `text` is what a page knows already: it stands in the composer, unless something is written there. */
  open(given?: { text?: string }): void {
    void this.ready.then(() => {
      if (this.chat.open) return void this.panel?.then((panel) => panel.show(false));
      if (given?.text && !this.chat.store.get("draft:new")) this.chat.store.set("draft:new", String(given.text).slice(0, 1_000));
      void this.unfold();
    });
  }

  /** `again`: as it stood on the page before, where nobody asked this page for it. */
  private async unfold(again = false): Promise<void> {
    this.chat.attend(true);
    this.watch?.enough();
    this.frame.expand(true);
    this.renew();
    try {
      const panel = await this.load();
      if (this.chat.open) panel.show(again);
    } catch (error) {
      this.close();
      this.frame.announce(this.frame.speech.say("unreachable"));
      console.error("Tamada: the chat could not be loaded", error);
    }
  }

  /** Hours change while a page stays open. */
  private renew(now = false): void {
    if (now || Date.now() - this.asked > 300_000) void quietly(this.configure()).then(() => this.chat.dispatchEvent(new Event("change")));
  }

  /** When we open or close next, the panel says so by itself. */
  private keepTime(config: Config): void {
    const left = turnsIn(config) ?? LONGEST;
    clearTimeout(this.turn);
    if (left > 0 && left < LONGEST) this.turn = window.setTimeout(() => this.renew(true), left + 1_000);
  }

  /** In the order of the calls, though the settings have not come yet. */
  closeSoon(): void {
    void this.ready.then(() => this.close());
  }

  close(): void {
    if (!this.chat.open) return;
    const inside = this.frame.root.activeElement !== null;
    this.chat.attend(false);
    this.frame.expand(false);
    // A phone shows the button again only when the panel is gone.
    void this.panel?.then((panel) => {
      panel.hide();
      if (inside) this.frame.launcher.focus();
    });
  }

  async identify(who: Who): Promise<void> {
    await this.ready;
    for (let pause = 2_000; ; pause *= 2) {
      try {
        return await this.chat.identify(who);
      } catch (error) {
        if ((isRefused(error) && !error.passing) || pause > 60_000) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async setLocale(code: string): Promise<void> {
    this.locale = resolve(code);
    document.dispatchEvent(new CustomEvent("tamada:locale", { detail: this.locale }));
    this.speak();
    await this.ready;
    await quietly(this.configure());
    (await this.panel)?.speak();
  }

  emptySearch(): void {
    void this.ready.then(() => this.watch?.emptySearch());
  }

  private load(): Promise<Panel> {
    return (this.panel ??= this.fetchPanel().catch((error: unknown) => {
      this.panel = undefined;
      throw error;
    }));
  }

  /** By the name that this build knows; a server that has moved on since answers under the lasting one. */
  private async fetchPanel(): Promise<Panel> {
    const from = async (address: string): Promise<Panel> => ((await import(address)) as { build: Build }).build(this.frame, this.chat, () => this.close());
    return from(`${this.origin}/static/widget/${PANEL_FILE}`).catch(() => from(`${this.origin}/static/widget/panel.js?${Date.now()}`));
  }

  /** In the open panel the thread itself is read aloud; while it is closed, that something came is. */
  private fresh(): void {
    if (!this.chat.open) this.frame.announce(this.frame.speech.say("launcher_unread", { count: this.chat.unread }));
  }

  private greet(offer: Offer): void {
    if (this.chat.open || this.chat.api.token) return;
    const words = { search_empty: "greet_search", same_page: "greet", form_pause: "greet_form" } as const;
    this.frame.greet(offer.text || this.frame.speech.say(words[offer.when]), () => this.open());
  }
}

/** What the site may call. Calls that came before are made now, in their order. */
function offer(widget: Widget): void {
  const before = (window as unknown as { Tamada?: unknown }).Tamada;
  const calls: Record<string, (...values: never[]) => unknown> = {
    open: (given?: { text?: string }) => widget.open(given),
    close: () => widget.closeSoon(),
    identify: (who: Who) => widget.identify(who),
    setLocale: (code: string) => widget.setLocale(code),
    emptySearch: () => widget.emptySearch(),
  };
  const push = (...made: Call[]): void => made.forEach(([name, ...values]) => calls[name]?.(...(values as never[])));
  (window as unknown as { Tamada: unknown }).Tamada = Object.freeze({ ...calls, push });
  if (Array.isArray(before)) push(...(before as Call[]));
  document.dispatchEvent(new CustomEvent("tamada:ready"));
}

/** The page's own `<tamada-contact>` blocks, fetched where there is one. */
function contacts(origin: string): void {
  const seek = (): void => void (document.querySelector("tamada-contact") && import(`${origin}/static/widget/${CONTACT_FILE}`));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", seek);
  else seek();
}

function begin(script: HTMLScriptElement): void {
  const widget = script.dataset["inbox"] ? new Widget(script) : undefined;
  if (widget) offer(widget);
  contacts(new URL(script.src).origin);
}

const script = document.currentScript as HTMLScriptElement | null;
const once = window as unknown as { tamadaWidget?: true };
if (script && !once.tamadaWidget) {
  once.tamadaWidget = true;
  // A long page is not waited for: where there is a body, there is room.
  if (document.body) begin(script);
  else document.addEventListener("DOMContentLoaded", () => begin(script));
}
