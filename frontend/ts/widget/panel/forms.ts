// What an inbox asks before the first message, and the message left while nobody is there.
import type { Chat } from "../chat.ts";
import { h, linked } from "../dom.ts";
import { isAway } from "../hours.ts";
import type { View } from "./panel.ts";
import type { PanelWords } from "./table.ts";
import { welcomeOf, type Voice } from "./speech.ts";

interface Field {
  name: "name" | "email" | "text";
  required: boolean;
}

/** What is still to be asked of this visitor before a new conversation; undefined when nothing is. */
export function asked(chat: Chat): { kind: "before" | "away"; fields: Field[] } | undefined {
  const { form } = chat.config!;
  const missing = form.filter(({ name }) => !chat.known(name));
  if (isAway(chat.config!) && !chat.known("email")) {
    const others = missing.filter(({ name }) => name !== "email");
    const name: Field[] = others.length || chat.known("name") ? others : [{ name: "name", required: false }];
    // An address that nothing goes out to is asked where the inbox asks it before any message.
    const email: Field[] = staysHere(chat) ? missing.filter(({ name }) => name === "email") : [{ name: "email", required: true }];
    return { kind: "away", fields: [...name, ...email, { name: "text", required: true }] };
  }
  const due = chat.store.get("asked") ? missing.filter(({ required }) => required) : missing;
  return due.length ? { kind: "before", fields: due } : undefined;
}

/** Whether no answer could go out by e-mail: it is found here, or nowhere. */
export const staysHere = (chat: Chat): boolean => chat.config!.mails === false;

export class FormView implements View {
  readonly element: HTMLFormElement;
  private readonly inputs = new Map<Field["name"], HTMLInputElement | HTMLTextAreaElement>();

  constructor(
    private readonly kind: "before" | "away",
    private readonly fields: Field[],
    private readonly chat: Chat,
    private readonly voice: Voice,
    private readonly done: (text: string) => void,
  ) {
    const lead = (kind === "away" && chat.config!.texts.away) || voice.say(kind === "away" && staysHere(chat) ? "away_stays" : `${kind}_lead`);
    const submit = h("button", { class: "primary", type: "submit" }, voice.say(kind === "away" ? "leave" : "start"));
    const greeting = kind === "before" && h("p", { class: "welcome", dir: "auto" }, ...linked(welcomeOf(chat.config!, voice)));
    this.element = h("form", { class: "form", novalidate: true }, greeting, h("h3", {}, voice.say(kind)), h("p", { dir: "auto" }, ...linked(lead)), ...fields.map((field) => this.draw(field)), submit);
    this.element.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
  }

  focus(): void {
    [...this.inputs.values()][0]?.focus();
  }

  update(): void {}

  private draw({ name, required }: Field): HTMLElement {
    const id = `tamada-${name}`;
    const shared = { id, name, required, "aria-describedby": `${id}-error` };
    const types = { name: "text", email: "email" } as const;
    const input = name === "text" ? h("textarea", { ...shared, rows: 4, dir: "auto" }) : h("input", { ...shared, type: types[name], autocomplete: name, dir: "auto" });
    if (name === "text") input.value = this.chat.store.get("draft:new") ?? "";
    if (name === "text") input.addEventListener("input", () => this.chat.store.set("draft:new", input.value));
    input.addEventListener("input", () => this.tell(input, ""));
    this.inputs.set(name, input);
    const label = h("label", { for: id }, this.voice.say(name), !required && h("span", { class: "optional" }, ` (${this.voice.say("optional")})`));
    return h("div", { class: "field" }, label, input, h("p", { class: "error", id: `${id}-error` }));
  }

  private submit(): void {
    const wrong = this.fields.filter((field) => !this.check(field));
    if (wrong[0]) return this.inputs.get(wrong[0].name)!.focus();
    const value = (name: Field["name"]): string => this.inputs.get(name)?.value.trim() ?? "";
    const about = { ...(value("name") && { name: value("name") }), ...(value("email") && { email: value("email") }) };
    this.chat.store.set("asked", "1");
    if (Object.keys(about).length) this.chat.describe(about);
    if (this.kind === "away") this.chat.store.remove("draft:new");
    this.done(value("text"));
  }

  private check({ name, required }: Field): boolean {
    const input = this.inputs.get(name)!;
    const value = input.value.trim();
    let wrong: keyof PanelWords | "" = required && !value ? "need" : "";
    if (!wrong && name === "email" && value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) wrong = "need_email";
    this.tell(input, wrong);
    return !wrong;
  }

  /** What is wrong with a field, until it is changed. */
  private tell(input: HTMLElement, wrong: keyof PanelWords | ""): void {
    input.setAttribute("aria-invalid", String(wrong !== ""));
    input.nextElementSibling!.textContent = wrong && this.voice.say(wrong);
  }
}
