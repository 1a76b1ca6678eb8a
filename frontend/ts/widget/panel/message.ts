// One message in the thread: made once, then only its line of marks changes. Text stays text, addresses in it become links.
import type { Chat } from "../chat.ts";
import { DRAWN, h, icon, linked } from "../dom.ts";
import type { Attachment, Message, Waiting } from "../types.ts";
import type { Voice } from "./speech.ts";

export type Item = Message | Waiting;
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

export const isWaiting = (item: Item): item is Waiting => !("seq" in item);
export const isMine = (item: Item): boolean => isWaiting(item) || item.kind === "in";
export const keyOf = (item: Item): string => item.client_id ?? (item as Message).id;

export function drawMessage(item: Item, chat: Chat, voice: Voice): HTMLLIElement {
  const author = isMine(item) ? voice.say("you") : named((item as Message).author, voice) || voice.say("us");
  const source = (item as Message).source;
  const words = source ? withoutLast(item.text, source.url) : item.text;
  const text = words && h("p", { class: "text", dir: "auto" }, ...linked(words));
  const files = item.attachments.map((file) => drawFile(file, chat, voice));
  const bubble = h("div", { class: "bubble" }, h("span", { class: "away" }, `${author}:`), text || null, source ? drawSource(source) : null, ...files);
  return h("li", { class: isMine(item) ? "mine" : "theirs" }, bubble, h("div", { class: "marks", "aria-live": "off" }));
}

/** The text without its last paragraph, where that names an address which is shown by its title instead. */
function withoutLast(text: string, address: string): string {
  const at = text.lastIndexOf("\n\n");
  return at > 0 && text.slice(at).includes(address) ? text.slice(0, at) : text;
}

function drawSource({ title, url }: { title: string; url: string }): HTMLElement {
  const name = h("span", { class: "name", dir: "auto" }, title || url);
  return h("a", { class: "file", href: url, target: "_blank", rel: "noopener noreferrer" }, icon(DRAWN.file), name);
}

function drawFile(file: Attachment, chat: Chat, voice: Voice): HTMLElement {
  const href = new URL(file.url, chat.api.origin).href;
  const link = h("a", { class: "file", href, target: "_blank", rel: "noopener", download: file.name }, icon(DRAWN.file), h("span", { class: "name" }, file.name), h("small", {}, voice.size(file.size)));
  if (!PICTURES.includes(file.type)) return link;
  const picture = h("img", { src: href, alt: file.name || voice.say("picture"), loading: "lazy" });
  const shown = h("a", { class: "picture", href, target: "_blank", rel: "noopener" }, picture);
  // The page's policy may forbid pictures of other origins: the file is still there to be opened.
  picture.addEventListener("error", () => shown.replaceWith(link));
  return shown;
}

/** Who and when beneath the last of a run; how far it came beneath one's own newest, and beneath each that has not left. */
export function drawMarks(line: HTMLElement, item: Item, last: boolean, newest: boolean, chat: Chat, thread: string, voice: Voice): void {
  const refused = isWaiting(item) && item.refused;
  const state = stateOf(item, newest, chat, thread, voice);
  const name = !isMine(item) && named((item as Message).author, voice);
  const words = [last && name, (last || isWaiting(item)) && voice.clock(item.created_at), state].filter(Boolean).join(" · ");
  const sign = `${words}${Boolean(refused)}`;
  if (line.dataset["sign"] === sign) return;
  line.dataset["sign"] = sign;
  line.classList.toggle("bad", Boolean(refused));
  line.replaceChildren(words);
  if (!refused) return;
  const again = h("button", { type: "button", onclick: () => chat.outbox.retry(item as Waiting) }, voice.say("again"));
  const discard = h("button", { type: "button", onclick: () => chat.outbox.discard(item as Waiting) }, voice.say("discard"));
  line.append(" ", again, " ", discard);
}

/** A machine is called one. */
function named({ type, name }: Message["author"], voice: Voice): string {
  return type === "assistant" ? voice.say("automatic", { name }) : name;
}

function stateOf(item: Item, newest: boolean, chat: Chat, thread: string, voice: Voice): string {
  if (!isWaiting(item)) {
    if (!newest || item.kind === "out") return "";
    return voice.say(item.seq <= (chat.conversations.get(thread)?.seen_seq ?? 0) ? "read" : "sent");
  }
  if (item.refused) return voice.say("refused", { reason: item.refused.reason || voice.say("refused_plain") });
  return voice.say(chat.reached ? "sending" : "kept");
}
