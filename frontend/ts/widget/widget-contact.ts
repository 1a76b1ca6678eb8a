// Every way to reach the company and its hours, always in sight where a site puts it.
//
//   <tamada-contact data-inbox="KEY"></tamada-contact>   on a page that embeds widget.js
import { Api, quietly } from "./api.ts";
import { accentRule, schemeOf, watchScheme } from "./colour.ts";
import css from "./contact.css";
import { DRAWN, h, icon, sheet } from "./dom.ts";
import frame from "./frame.css";
import { isOpen, turnsIn } from "./hours.ts";
import { Voice } from "./panel/speech.ts";
import { isElsewhere } from "../lib/zones.ts";
import type { Config } from "./types.ts";
import { resolve } from "./words.ts";

const origin = new URL(import.meta.url).origin;
/** Services that have no sign of ours are called by their names, which are the same in every language. */
const WAYS: Record<string, { drawn: string; service?: string; address: (value: string) => string | undefined }> = {
  phone: { drawn: DRAWN.phone, address: (value) => `tel:${value.replace(/[^\d+]/g, "")}` },
  email: { drawn: DRAWN.mail, address: (value) => `mailto:${value}` },
  telegram: { drawn: DRAWN.send, service: "Telegram", address: (value) => `https://t.me/${encodeURIComponent(value.replace(/^@/, ""))}` },
  whatsapp: { drawn: DRAWN.chat, service: "WhatsApp", address: (value) => `https://wa.me/${value.replace(/\D/g, "")}` },
  viber: { drawn: DRAWN.chat, service: "Viber", address: (value) => `viber://chat?number=${encodeURIComponent(value)}` },
  address: { drawn: DRAWN.place, address: () => undefined },
  link: { drawn: DRAWN.file, address: (value) => (/^https?:\/\//.test(value) ? value : undefined) },
};

class Contact extends HTMLElement {
  private readonly tint = new CSSStyleSheet();
  private readonly box = h("div", { class: "frame" });
  private readonly root = this.attachShadow({ mode: "open" });
  private config: Config | undefined;
  private turn = 0;

  connectedCallback(): void {
    this.root.adoptedStyleSheets = [sheet(frame), sheet(css), this.tint];
    this.root.replaceChildren(this.box);
    watchScheme(() => this.paint());
    document.addEventListener("tamada:locale", (event) => void this.fill((event as CustomEvent<string>).detail));
    void this.fill(this.dataset["locale"]);
  }

  private async fill(locale: string | undefined): Promise<void> {
    const api = new Api(origin);
    api.language = resolve(locale, document.documentElement.lang, ...navigator.languages);
    await quietly(api.get<Config>(`config?key=${encodeURIComponent(this.dataset["inbox"] ?? "")}`).then((config) => void (this.config = { ...config, came: Date.now() })));
    if (this.config) this.draw(this.config, new Voice(api.language as "en"));
    // When we open or close, the block says so by itself.
    const left = this.config && turnsIn(this.config);
    clearTimeout(this.turn);
    if (left && left > 0 && left < 2 ** 31 - 5_000) this.turn = window.setTimeout(() => void this.fill(locale), left + 1_000);
  }

  private draw(config: Config, voice: Voice): void {
    this.box.lang = voice.code;
    this.paint();
    const opens = config.opens_at && voice.say("opens", { when: voice.when(config.opens_at, config.time_zone) });
    const now = isOpen(config) ? voice.say("open_now") : opens || voice.say("closed_now");
    const ways = h("ul", {}, ...config.contacts.map((contact) => h("li", {}, way(contact))));
    const chat = h("button", { class: "yes", type: "button", onclick: () => (window as unknown as { Tamada?: { open(): void } }).Tamada?.open() }, voice.say("write"));
    this.box.replaceChildren(h("h2", {}, voice.say("contact")), h("p", { class: "now" }, now), ways, ...hours(config, voice), chat);
  }

  private paint(): void {
    const scheme = schemeOf(this.dataset["theme"] ?? null);
    this.box.dataset["scheme"] = scheme;
    this.tint.replaceSync(`.frame{${accentRule(this.config?.theme.color, scheme)}}`);
  }
}

function way({ type, value, label }: Config["contacts"][number]): HTMLElement {
  const { drawn, service, address } = WAYS[type] ?? WAYS["link"]!;
  const href = address(value);
  const given = label || value;
  const words = service && !given.toLowerCase().includes(service.toLowerCase()) ? `${service} · ${given}` : given;
  return href ? h("a", { href, rel: "noopener", target: href.startsWith("http") ? "_blank" : undefined }, icon(drawn), words) : h("span", {}, icon(drawn), words);
}

function hours({ hours: spans, time_zone }: Config, voice: Voice): HTMLElement[] {
  if (!spans) return [];
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => {
    const open = spans.filter(({ weekday }) => weekday === day).map(({ from, until }) => `${from}–${until}`);
    return [h("dt", {}, voice.weekday(day)), h("dd", {}, open.join(", ") || voice.say("closed_day"))];
  });
  const zone = isElsewhere(time_zone, new Date().toISOString()) ? ` (${voice.city(time_zone)})` : "";
  return [h("h3", {}, voice.say("hours") + zone), h("dl", {}, ...days.flat())];
}

if (!customElements.get("tamada-contact")) customElements.define("tamada-contact", Contact);
