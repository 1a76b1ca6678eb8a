// Lines above the text that say what happened and offer what can be done.

export class Banners {
  constructor(private readonly place: Element | null) {}

  show(key: string, kind: string, text: string, actions: [string, () => void][] = []): void {
    this.hide(key);
    const banner = Object.assign(document.createElement("p"), { className: `banner ${kind}` });
    banner.dataset["banner"] = key;
    banner.setAttribute("role", "status");
    banner.append(Object.assign(document.createElement("span"), { textContent: text }));
    for (const [label, action] of actions) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: label });
      button.addEventListener("click", action);
      banner.append(button);
    }
    this.place?.append(banner);
  }

  hide(key: string): void {
    this.place?.querySelector(`[data-banner="${CSS.escape(key)}"]`)?.remove();
  }

  clear(): void {
    this.place?.replaceChildren();
  }
}
