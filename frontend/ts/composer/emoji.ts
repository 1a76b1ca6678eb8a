// A small tray of the faces and signs that letters to customers use; every system's own picker has the rest.
import type { Composer } from "./composer.ts";

const OFFERED = "🙂 😊 😀 😄 😉 🤝 🙏 👍 👌 👏 💪 🎉 ❤️ 💐 🌷 ☀️ ✅ ☑️ ❌ ⚠️ ❗ ❓ ℹ️ ⏰ 📅 📍 📞 📧 💬 📎 📦 🚚 🔧 🛠️ 💡 🔌 📶 💻 📱 🖨️ 💳 🧾 💰 🏠 🏢 🔑 🙌 🤔 😔 😅 😢 😮 🥳 🤗 👋 🫶".split(" ");

export function fillEmoji(composer: Composer): void {
  const tray = composer.querySelector<HTMLElement>("[data-emoji]");
  if (!tray || tray.childElementCount) return;
  for (const sign of OFFERED) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, ariaLabel: sign });
    button.addEventListener("click", () => insert(composer, sign, tray));
    tray.append(button);
  }
}

function insert(composer: Composer, sign: string, tray: HTMLElement): void {
  tray.hidePopover();
  composer.focusText();
  if (composer.kind === "out") return composer.editor.insert(sign);
  const { note } = composer;
  note.setRangeText(sign, note.selectionStart, note.selectionEnd, "end");
  note.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
