// Words on their way. Each is kept under a key of its own until the server has it, so that neither a reload, nor a lost
// network, nor another tab that writes at the same moment loses one. They leave one by one, in the order they were written.
import { type Api, freshId, isGone, isRefused } from "./api.ts";
import type { Store } from "./store.ts";
import type { Tabs } from "./tabs.ts";
import type { Attachment, Sent, Waiting } from "./types.ts";

const LONGEST_PAUSE = 30_000;

export interface Sorting {
  /** A visitor to send as; makes one where there is none yet, and tells the server what the visitor said of themselves. */
  introduce(): Promise<string>;
  /** The server has it. */
  arrived(item: Waiting, sent: Sent): void;
  /** Something waits, or no longer does. */
  changed(): void;
  /** The token is refused: begin anew. */
  stranger(token: string): void;
  /** The inbox wants its form filled in first. */
  formAsked(): void;
}

export class Outbox {
  private failures = 0;
  private timer = 0;
  private busy = false;
  private again = false;

  constructor(
    private readonly store: Store,
    private readonly tabs: Tabs,
    private readonly api: Api,
    private readonly sorting: Sorting,
  ) {}

  /** What waits, oldest first. */
  items(): Waiting[] {
    return this.store.names("q:").flatMap((name) => this.store.read<Waiting>(name) ?? []);
  }

  add(thread: string, text: string, attachments: Attachment[]): Waiting {
    const item: Waiting = { client_id: freshId(), thread, text, attachments, page: location.href, created_at: this.moment(), token: this.api.token };
    this.keep(item);
    this.changed();
    void this.flush();
    return item;
  }

  /** Now, or behind what waits if the clock was put back: order is by this. */
  private moment(): string {
    const last = this.items().at(-1)?.created_at;
    return new Date(Math.max(Date.now(), last ? Date.parse(last) + 1 : 0)).toISOString();
  }

  /** Try a refused message again, or take it back. */
  retry(item: Waiting): void {
    const { refused: _, ...rest } = item;
    this.keep(rest);
    this.changed();
    this.hurry();
  }

  discard(item: Waiting): void {
    this.store.remove(nameOf(item));
    this.changed();
  }

  /** Now rather than after the pause: the network is back, or somebody asked. */
  hurry(): void {
    this.failures = 0;
    void this.flush();
  }

  /** Words of a visitor who is refused go on as the next one's: nobody else has written them. */
  orphans(token: string): void {
    for (const item of this.items().filter((one) => one.token === token)) this.keep({ ...item, thread: `new:${this.placeOf(item.thread)}`, token: "" });
    this.changed();
  }

  /** A visitor goes on by another token, and so do their words. */
  renew(before: string, token: string): void {
    for (const item of this.items().filter((one) => one.token === before)) this.keep({ ...item, token });
    this.changed();
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.busy) return void (this.again = true);
    this.busy = true;
    try {
      await this.tabs.alone("send", () => this.sendAll());
    } finally {
      this.busy = false;
    }
    if (this.again) {
      this.again = false;
      void this.flush();
    }
  }

  private async sendAll(): Promise<void> {
    for (let item = this.next(); item; item = this.next()) if (!(await this.send(item))) return;
  }

  private next(): Waiting | undefined {
    return this.items().find((item) => !item.refused);
  }

  /** True when the next one may be tried. */
  private async send(item: Waiting): Promise<boolean> {
    try {
      const token = await this.sorting.introduce();
      const conversation = this.idOf(item.thread);
      const attachments = item.attachments.map(({ id }) => id);
      const body = { client_id: item.client_id, conversation, text: item.text, attachments, page: item.page };
      const sent = await this.api.ask<Sent>("POST", "messages", body, item.token || token);
      this.failures = 0;
      this.lead(item.thread, sent.conversation.id);
      this.store.remove(nameOf(item));
      this.sorting.arrived(item, sent);
      this.tabs.tell({ sent, item });
      return true;
    } catch (error) {
      return this.failed(item, error);
    }
  }

  private failed(item: Waiting, error: unknown): boolean {
    if (!isRefused(error) || error.passing) return this.later(isRefused(error) ? error.wait : 0);
    if (error.status === 401) {
      // Refused elsewhere at the same moment: by now these words go on as the next visitor's.
      if (this.store.read<Waiting>(nameOf(item))?.token !== item.token) return this.later(0);
      // Somebody else is signed in here by now: their words are not sent under another's name.
      if (item.token && item.token !== this.api.token) return (this.discard(item), true);
      this.sorting.stranger(this.api.token);
      return this.later(0);
    }
    if (isGone(error)) return (this.beginAnew(this.placeOf(item.thread)), true);
    if (error.code === "form") return (this.sorting.formAsked(), false);
    this.keep({ ...item, refused: { code: error.code, reason: error.reason } });
    this.changed();
    return true;
  }

  /** What is said in a conversation that is gone begins another, by a name that every tab finds: all of it the same one. */
  beginAnew(id: string): void {
    if (id.startsWith("new:")) return;
    const next = `new:${id}`;
    // It was gone before, and came back.
    if (this.placeOf(next) === id) this.store.remove(`at:${next}`);
    this.store.set(`at:${id}`, next);
    this.changed();
  }

  /** The words of a thread are in this conversation, which is there. */
  lead(thread: string, id: string): void {
    // A deletion may have been taken back.
    this.store.remove(`at:${id}`);
    const place = this.placeOf(thread);
    if (place !== id) this.store.set(`at:${place}`, id);
  }

  /** Try again after a pause that grows, or the longer one that the server asks for. */
  private later(seconds: number): false {
    const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.failures++) * (0.7 + Math.random() * 0.6);
    this.timer = window.setTimeout(() => void this.flush(), Math.max(pause, seconds * 1000));
    this.changed();
    return false;
  }

  /** Where words of a thread go by now: a conversation's id, or `new:…` for one that they will start. */
  placeOf(thread: string): string {
    // Tabs that write at the same moment could lead in a circle.
    for (let at, steps = 20; steps-- && (at = this.store.get(`at:${thread}`)); ) thread = at;
    return thread;
  }

  idOf(thread: string): string | null {
    const place = this.placeOf(thread);
    return place.startsWith("new:") ? null : place;
  }

  private keep(item: Waiting): void {
    this.store.set(nameOf(item), item);
  }

  private changed(): void {
    this.sorting.changed();
    this.tabs.tell({ queue: true });
  }
}

function nameOf(item: Waiting): string {
  return `q:${item.created_at}-${item.client_id}`;
}
