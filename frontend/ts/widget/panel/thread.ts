// One conversation: its messages in order, what waits behind them, who is writing, and the composer at the foot.
import { quietly } from "../api.ts";
import type { Chat } from "../chat.ts";
import { h, linked } from "../dom.ts";
import { Composer, type Drafts } from "./composer.ts";
import { staysHere } from "./forms.ts";
import { drawMarks, drawMessage, isMine, isWaiting, type Item, keyOf } from "./message.ts";
import type { View } from "./panel.ts";
import { welcomeOf, type Voice } from "./speech.ts";

const NEAR = 60;
/** Above an answer that is shown from its beginning. */
const MARGIN = 8;
const RUN = 5 * 60_000;

export class ThreadView implements View {
  readonly element: HTMLElement;
  readonly composer: Composer;
  private readonly list = h("ol", { class: "messages" });
  private readonly typing = h("p", { class: "typing", "aria-live": "polite" });
  private readonly choices = h("div", { class: "choices", role: "group" });
  private readonly over: HTMLElement;
  private readonly welcome: HTMLElement;
  private readonly earlier: HTMLButtonElement;
  private readonly newer: HTMLButtonElement;
  private readonly scroll: HTMLElement;
  private readonly drawn = new Map<string, HTMLLIElement>();
  private newest = "";
  private stuck = true;
  /** An answer that does not fit, read from its beginning: the view stays there until its reader moves it. */
  private begun: HTMLLIElement | undefined;
  private top = 0;
  private fetching = false;
  private quiet = true;

  constructor(
    public id: string,
    private readonly chat: Chat,
    private readonly voice: Voice,
    drafts: Drafts,
    private readonly thanks: boolean,
  ) {
    const greeting = thanks ? voice.say(staysHere(chat) ? "thanks_stays" : "thanks") : welcomeOf(chat.config!, voice);
    this.welcome = h("p", { class: "welcome", dir: "auto" }, ...linked(greeting));
    this.over = h("p", { class: "over" }, voice.say("over"));
    this.earlier = h("button", { class: "more", type: "button", onclick: () => void this.older() }, voice.say("earlier"));
    this.newer = h("button", { class: "newer", type: "button", hidden: true, onclick: () => this.toEnd() }, voice.say("newer"));
    this.scroll = h("div", { class: "scroll", role: "log", "aria-live": "off", "aria-relevant": "additions", "aria-label": voice.say("history"), tabindex: 0, onscroll: () => this.scrolled() });
    this.choices.setAttribute("aria-label", voice.say("choices"));
    this.scroll.append(this.earlier, ...(thanks ? [] : [this.welcome]), this.list, this.choices, this.typing, this.over);
    this.composer = new Composer(chat, voice, () => this.id, drafts);
    this.element = h("div", { class: "thread" }, this.scroll, this.newer, this.composer.element);
    // Pictures grow when they come, and the room shrinks when a keyboard or a long text takes of it.
    const grown = new ResizeObserver(() => this.rest());
    for (const element of [this.scroll, this.list]) grown.observe(element);
    this.update();
  }

  /** What this browser has not fetched yet; tried again at each change until it is there. */
  private fetch(): void {
    if (this.isNew || this.fetching || this.chat.threads.has(this.id)) return;
    this.fetching = true;
    void quietly(this.chat.load(this.id)).finally(() => (this.fetching = false));
  }

  get isNew(): boolean {
    return this.id.startsWith("new:");
  }

  focus(): void {
    this.composer.focus();
  }

  update(): void {
    this.fetch();
    this.composer.update();
    const thread = this.chat.shown(this.id);
    const conversation = this.chat.conversations.get(this.id);
    this.earlier.hidden = !thread?.earlier;
    this.welcome.hidden = Boolean(thread?.earlier) || (!this.isNew && !thread);
    this.over.hidden = !conversation || conversation.open;
    const writer = this.chat.typing.get(this.id);
    const typing = writer === undefined ? "" : this.voice.say("typing", { name: writer || this.voice.say("us") });
    if (this.typing.textContent !== typing) this.typing.textContent = typing;
    this.draw([...(thread?.messages ?? []), ...this.pending(thread?.messages ?? [])]);
    if (thread || this.isNew) this.speakUp();
    this.look();
  }

  /** What is added from now on is read aloud; the history that was there, or is put above, is not. */
  private speakUp(): void {
    if (!this.quiet) return;
    this.quiet = false;
    requestAnimationFrame(() => requestAnimationFrame(() => this.scroll.setAttribute("aria-live", "polite")));
  }

  /** What waits, but for what has just arrived by another way. */
  private pending(messages: Item[]): Item[] {
    const there = new Set(messages.map(({ client_id }) => client_id));
    return this.chat.waiting(this.id).filter(({ client_id }) => !there.has(client_id));
  }

  private draw(items: Item[]): void {
    const wanted = new Set(items.map(keyOf));
    for (const [key, row] of this.drawn) if (!wanted.has(key)) (row.remove(), this.drawn.delete(key));
    const own = items.filter((item) => isMine(item) && !isWaiting(item)).at(-1);
    let before: Item | undefined;
    items.forEach((item, index) => {
      const row = this.rowOf(item);
      if (this.list.children[index] !== row) this.list.insertBefore(row, this.list.children[index] ?? null);
      const day = before && this.voice.day(before.created_at) === this.voice.day(item.created_at) ? "" : this.voice.day(item.created_at);
      this.dayLine(row, day);
      drawMarks(row.querySelector<HTMLElement>(".marks")!, item, endsRun(item, items[index + 1]), item === own, this.chat, this.id, this.voice);
      before = item;
    });
    this.thank(items[0]);
    const last = items.at(-1);
    const newest = last ? keyOf(last) : "";
    if (newest === this.newest) return;
    this.offer(last);
    this.grew(last, newest);
  }

  /** Thanks stand beneath what was left for us, once it has arrived. */
  private thank(first: Item | undefined): void {
    const row = this.thanks && first && !isWaiting(first) && this.drawn.get(keyOf(first));
    if (row && this.welcome.parentElement !== row) row.append(this.welcome);
  }

  /** What the assistant offers, to be tapped until somebody writes. */
  private offer(last: Item | undefined): void {
    const offered = last && !isMine(last) && !isWaiting(last) ? (last.choices ?? []) : [];
    const say = (text: string): void => (this.chat.say(this.id, text, []), this.focus());
    this.choices.replaceChildren(...offered.map((text) => h("button", { type: "button", dir: "auto", onclick: () => say(text) }, text)));
    this.choices.hidden = !offered.length;
  }

  private rowOf(item: Item): HTMLLIElement {
    const known = this.drawn.get(keyOf(item));
    // A sent file has another address than it was uploaded to, and that one holds no longer.
    const files = item.attachments.map(({ id }) => id).join();
    if (known?.dataset["files"] === files) return known;
    const row = drawMessage(item, this.chat, this.voice);
    row.dataset["files"] = files;
    known?.replaceWith(row);
    this.drawn.set(keyOf(item), row);
    return row;
  }

  private dayLine(row: HTMLLIElement, day: string): void {
    const line = row.querySelector(".day");
    if (line?.textContent === day || (!line && !day)) return;
    line?.remove();
    if (day) row.prepend(h("div", { class: "day" }, day));
  }

  private grew(item: Item | undefined, newest: string): void {
    this.newest = newest;
    const row = this.drawn.get(newest);
    if (this.stuck && row && this.isNews(item)) this.toBeginning(row);
    else if (this.stuck || (item && isMine(item))) this.toEnd();
    else ((this.begun = undefined), (this.newer.hidden = false));
  }

  /** Whether it is an answer that its reader has not had before them. */
  private isNews(item: Item | undefined): boolean {
    return item !== undefined && !isMine(item) && !isWaiting(item) && item.seq > (this.chat.conversations.get(this.id)?.read_seq ?? 0);
  }

  private rest(): void {
    if (this.begun?.isConnected) this.toBeginning(this.begun);
    else if (this.stuck) this.toEnd();
  }

  /** What fits, with all below it, is shown whole at the end; of what is taller the beginning. */
  private toBeginning(row: HTMLLIElement): void {
    const { scroll } = this;
    const start = row.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - MARGIN;
    if (scroll.scrollHeight - start <= scroll.clientHeight) return this.toEnd();
    this.begun = row;
    this.stuck = false;
    scroll.scrollTop = start;
    this.top = scroll.scrollTop;
    this.look();
  }

  private toEnd(): void {
    this.begun = undefined;
    this.stuck = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.top = this.scroll.scrollTop;
    this.look();
  }

  /** Only a person scrolls up; what grows below them while they are at the end does not take them from it. */
  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    if (scrollTop !== this.top) this.begun = undefined;
    if (!this.begun && scrollHeight - scrollTop - clientHeight < NEAR) this.stuck = true;
    else if (scrollTop < this.top) this.stuck = false;
    this.top = scrollTop;
    this.look();
  }

  /** At the end, or before an answer that begins here, with an open panel on a visible page everything counts as seen. */
  private look(): void {
    if (!this.stuck && !this.begun) return;
    this.newer.hidden = true;
    if (this.chat.open && this.element.isConnected && document.visibilityState === "visible" && !this.isNew) this.chat.seen(this.id);
  }

  private async older(): Promise<void> {
    const { scroll } = this;
    const fromEnd = scroll.scrollHeight - scroll.scrollTop;
    this.quiet = true;
    scroll.setAttribute("aria-live", "off");
    await quietly(this.chat.load(this.id));
    scroll.scrollTop = scroll.scrollHeight - fromEnd;
    this.speakUp();
  }
}

function endsRun(item: Item, next: Item | undefined): boolean {
  if (!next || isMine(item) !== isMine(next)) return true;
  return Date.parse(next.created_at) - Date.parse(item.created_at) > RUN;
}
