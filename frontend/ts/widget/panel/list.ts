// The visitor's conversations, newest first.
import type { Chat } from "../chat.ts";
import { DRAWN, h, icon } from "../dom.ts";
import type { Conversation } from "../types.ts";
import type { View } from "./panel.ts";
import type { Voice } from "./speech.ts";

export class ListView implements View {
  readonly element = h("div", { class: "list" });
  private sign = "";

  constructor(
    private readonly chat: Chat,
    private readonly voice: Voice,
    private readonly go: (thread: string) => void,
    private readonly begin: () => void,
  ) {
    this.update();
  }

  focus(): void {
    this.element.querySelector("button")?.focus();
  }

  update(): void {
    const sign = JSON.stringify(this.chat.list);
    if (sign === this.sign) return;
    this.sign = sign;
    const held = this.element.querySelector<HTMLElement>(":focus")?.dataset["id"];
    const { list } = this.chat;
    const rows = h("ul", { "aria-label": this.voice.say("list") }, ...list.map((one) => h("li", {}, this.row(one))));
    const fresh = h("button", { class: "primary", type: "button", "data-id": "new", onclick: () => this.begin() }, icon(DRAWN.write), this.voice.say("begin"));
    this.element.replaceChildren(list.length ? rows : h("p", { class: "welcome" }, this.voice.say("none")), fresh);
    if (held) this.element.querySelector<HTMLElement>(`[data-id="${CSS.escape(held)}"]`)?.focus();
  }

  private row(one: Conversation): HTMLElement {
    const name = one.agents[0]?.name ?? this.chat.config?.name ?? this.voice.say("us");
    const unread = one.unread > 0 && h("span", { class: "count" }, String(one.unread));
    const head = h("span", { class: "head" }, h("b", { dir: "auto" }, name), h("time", { datetime: one.last_activity_at }, this.voice.moment(one.last_activity_at)));
    const words = one.preview && one.last_kind === "in" ? this.voice.say("yours", { text: one.preview }) : one.preview;
    const line = h("span", { class: "line" }, h("span", { class: "preview", dir: "auto" }, words), unread);
    return h("button", { class: "row", type: "button", "data-id": one.id, onclick: () => this.go(one.id) }, head, line);
  }
}
