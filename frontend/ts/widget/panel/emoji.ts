// A small tray of the signs that people write to companies; every system's own picker has the rest.
import { DRAWN, h, icon } from "../dom.ts";
import type { Voice } from "./speech.ts";

const OFFERED = "🙂 😊 😀 😉 😅 🤔 😔 😢 😮 😡 🙏 👍 👎 👌 👋 👏 💪 🤝 🎉 ❤️ 💐 ☀️ ✅ ❌ ❗ ❓ ⏰ 📅 📍 📞 📷 📦 🚚 🔧 💡 💳".split(" ");
const ACROSS = 6;

export function emojiTray(voice: Voice, chosen: (sign: string) => void): HTMLElement {
  const button = h("button", { class: "tool", type: "button", "aria-label": voice.say("emoji"), title: voice.say("emoji"), "aria-expanded": "false" }, icon(DRAWN.smile));
  const signs = OFFERED.map((sign, index) => h("button", { type: "button", tabindex: index ? -1 : 0, onclick: () => (toggle(false), chosen(sign)) }, sign));
  const tray = h("div", { class: "tray", role: "group", "aria-label": voice.say("emoji"), hidden: true }, ...signs);
  const toggle = (open: boolean): void => {
    tray.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) signs[0]!.focus();
  };
  button.addEventListener("click", () => toggle(tray.hidden));
  const wrap = h("div", { class: "emoji" }, button, tray);
  wrap.addEventListener("keydown", (event) => move(event, signs, () => (toggle(false), button.focus())));
  wrap.addEventListener("focusout", ({ relatedTarget }) => wrap.contains(relatedTarget as Node | null) || toggle(false));
  return wrap;
}

/** Arrows walk through the tray; Escape leaves it, and only it. */
function move(event: KeyboardEvent, signs: HTMLButtonElement[], leave: () => void): void {
  const at = signs.indexOf(event.target as HTMLButtonElement);
  if (at < 0) return;
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS };
  const step = steps[event.key];
  if (event.key === "Escape") leave();
  else if (step === undefined) return;
  else signs[at + step]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
