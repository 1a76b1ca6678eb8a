// One visitor's conversations with one inbox, as this browser knows them: the server's messages by their sequence, and
// behind them what still waits here. Everything shown is read from here; `change` says that it may differ.
import { Api, isGone, isRefused, quietly } from "./api.ts";
import type { StreamEvent } from "../lib/events.ts";
import { HISTORY, keep, recall } from "./history.ts";
import { type Ears, Link } from "./link.ts";
import { Outbox, type Sorting } from "./outbox.ts";
import { Store } from "./store.ts";
import { Tabs } from "./tabs.ts";
import type { Attachment, Config, Conversation, Message, Sent, Thread, Visitor, Waiting } from "./types.ts";

const PAGE = 50;
const TYPING_EVERY = 3_000;
const KEEP_AFTER = 500;
type Said = { sent: Sent; item: Waiting } | { queue: true } | { token: true } | { beat: string } | { event: StreamEvent };
interface Page {
  items: Message[];
  conversation: Conversation;
  more: boolean;
}
type About = Partial<Pick<Visitor, "name" | "email">>;
type Proof = About & { user: string; hash: string };
type Mark = { seq: number; read: boolean };

export class Chat extends EventTarget implements Sorting, Ears {
  readonly api: Api;
  readonly outbox: Outbox;
  readonly store: Store;
  readonly conversations = new Map<string, Conversation>();
  readonly threads = new Map<string, Thread>();
  /** Threads as they were seen last, until the server has told them. */
  private remembered: Record<string, Thread> = {};
  /** Who is writing, by conversation. */
  readonly typing = new Map<string, string>();
  config: Config | undefined;
  visitor: Visitor | undefined;
  /** Whether the server was asked which conversations there are. */
  listed = false;
  reached = true;
  open = false;
  private readonly tabs: Tabs;
  private readonly link: Link;
  private readonly fetching = new Map<string, Promise<void>>();
  private readonly marks = new Map<string, Mark>();
  private readonly stillTyping = new Map<string, number>();
  private typed = 0;
  private keeping = 0;
  private coming: Promise<string> | undefined;
  private catching: Promise<void> | undefined;

  constructor(
    origin: string,
    readonly key: string,
  ) {
    super();
    this.store = new Store(`tamada:${key}:`);
    this.tabs = new Tabs(`tamada:${key}:tabs`);
    this.api = new Api(origin);
    this.api.token = this.store.get("token") ?? "";
    this.visitor = this.store.read<Visitor>("visitor");
    this.remember();
    this.api.onReach = (reached) => this.reach(reached);
    this.outbox = new Outbox(this.store, this.tabs, this.api, this);
    const { outbox } = this;
    this.link = new Link(this.api, this.tabs, this);
    this.tabs.listen((said) => this.heard(said as Said));
    addEventListener("online", () => outbox.hurry());
    addEventListener("offline", () => this.reach(false));
  }

  /** Go on where the last page left: listen if there is a visitor, send what waits. */
  begin(): void {
    this.link.start();
    if (this.outbox.items().length) this.outbox.hurry();
    if (this.api.token) void this.tellPage();
  }

  attend(open: boolean): void {
    this.open = open;
    this.link.hurry();
    if (open && this.api.token) void this.catchUp();
  }

  private remember(): void {
    const kept = recall(this.store, this.api.token ? this.visitor?.id : undefined);
    this.remembered = kept?.threads ?? {};
    for (const one of kept?.conversations ?? []) this.conversations.set(one.id, one);
  }

  /** What is known of a conversation: from the server, or else as it was seen last. */
  shown(id: string): Thread | undefined {
    return this.threads.get(id) ?? this.remembered[id];
  }

  get unread(): number {
    return this.list.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** Newest activity first, without those that are gone. */
  get list(): Conversation[] {
    return [...this.conversations.values()].filter(({ id }) => this.outbox.placeOf(id) === id).sort((a, b) => b.last_activity_at.localeCompare(a.last_activity_at));
  }

  waiting(thread: string): Waiting[] {
    return this.outbox.items().filter((item) => this.outbox.placeOf(item.thread) === thread && this.isMine(item));
  }

  /** A conversation that exists only here: words in it wait for the network. */
  get unborn(): string | undefined {
    return this.outbox.items().find((item) => this.isMine(item) && !this.outbox.idOf(item.thread))?.thread;
  }

  private isMine(item: Waiting): boolean {
    return !item.token || item.token === this.api.token;
  }

  // --- who is here ---

  /** The visitor's token; makes a visitor where there is none. One at a time, over all tabs. */
  ensure(): Promise<string> {
    if (this.api.token) return Promise.resolve(this.api.token);
    this.coming ??= this.welcome().finally(() => (this.coming = undefined));
    return this.coming;
  }

  private async welcome(): Promise<string> {
    await this.tabs.alone("visitor", async () => {
      this.api.token = this.store.get("token") ?? "";
      if (this.api.token) return;
      const body = { key: this.key, language: this.api.language, page: location.href, referrer: document.referrer };
      const { token, visitor } = await this.api.ask<{ token: string; visitor: Visitor }>("POST", "visitors", body, "");
      this.become(visitor, token);
    });
    return this.api.token;
  }

  private become(visitor: Visitor, token: string | null): void {
    this.visitor = visitor;
    this.store.set("visitor", visitor);
    if (!token) return;
    this.api.token = token;
    this.store.set("token", token);
    this.tabs.tell({ token: true });
  }

  /** This token is refused: what is shown is no longer ours to show, what waits goes on as the next visitor's. */
  stranger(token: string): void {
    if (token !== this.api.token) return;
    // Another tab has the next one already.
    if (this.store.get("token") !== token) return this.reread();
    this.store.remove("token");
    this.store.remove("visitor");
    this.api.token = "";
    this.visitor = undefined;
    this.outbox.orphans(token);
    this.forget();
    this.tabs.tell({ token: true });
  }

  private forget(): void {
    for (const name of [HISTORY, ...this.store.names("at:"), ...this.store.names("files:")]) this.store.remove(name);
    this.remembered = {};
    this.listed = false;
    this.conversations.clear();
    this.threads.clear();
    this.typing.clear();
    this.marks.clear();
    this.link.forget();
    this.dispatchEvent(new Event("forget"));
    this.changed();
  }

  /** What the visitor says of themselves; kept until the server has it, which is before their next message. */
  describe(about: About): void {
    this.store.set("about", { ...this.store.read<About>("about"), ...about });
    this.outbox.hurry();
  }

  /** A visitor's name or address, also while the server has not heard of it. */
  known(field: keyof About): string {
    return this.store.read<About>("about")?.[field] || this.visitor?.[field] || "";
  }

  async introduce(): Promise<string> {
    const token = await this.ensure();
    // Who neither says a word nor proves who they are hears of nothing.
    this.link.start();
    const about = this.store.read<About>("about");
    if (!about) return token;
    try {
      const { visitor } = await this.api.ask<{ visitor: Visitor }>("PATCH", "visitor", about);
      this.become(visitor, null);
    } catch (error) {
      // What the server will not take is not offered again; the form asks anew. The next visitor says it where this one is refused.
      if (isRefused(error) && !error.passing && error.status !== 401) this.drop(about);
      throw error;
    }
    this.drop(about);
    return token;
  }

  /** What was said of themselves meanwhile stays to be told. */
  private drop(about: About): void {
    if (JSON.stringify(this.store.read<About>("about")) === JSON.stringify(about)) this.store.remove("about");
  }

  async identify(who: Proof): Promise<void> {
    await this.ensure();
    // What was written before is sent as its writer.
    await this.outbox.flush();
    // What is being asked is asked by the token that there is.
    await this.catching;
    // The token changes while no tab sends by the one before.
    await this.tabs.alone("send", () => this.prove(who));
    this.link.start();
    await this.catchUp();
  }

  private async prove(who: Proof, again = true): Promise<void> {
    this.reread();
    const before = await this.ensure();
    const was = this.visitor?.id;
    try {
      const { visitor, token } = await this.api.ask<{ visitor: Visitor; token: string | null }>("POST", "visitor/identify", who, before);
      this.become(visitor, token);
      if (token) this.succeed(before, was);
    } catch (error) {
      if (!again || !isRefused(error) || error.status !== 401) throw error;
      // The answer that named the next token was lost: whoever proves it begins anew, and finds everything.
      this.stranger(before);
      await this.prove(who, false);
    }
  }

  /** Another token is here: the same visitor's, who goes on with what is shown and what waits, or another's, who starts empty. */
  private succeed(before: string, was: string | undefined): void {
    if (!was || was !== this.visitor?.id) return this.forget();
    this.outbox.renew(before, this.api.token);
    this.link.renew();
  }

  private async tellPage(): Promise<void> {
    await quietly(this.api.ask("PATCH", "visitor", { page: location.href, language: this.api.language }));
  }

  // --- what comes ---

  private heard(said: Said): void {
    if ("queue" in said) return this.changed();
    if ("sent" in said) return (this.outbox.lead(said.item.thread, said.sent.conversation.id), this.arrived(said.item, said.sent));
    if ("token" in said) return this.reread();
    this.link.overheard(said);
  }

  private reread(): void {
    const token = this.store.get("token") ?? "";
    if (token === this.api.token) return;
    const before = this.api.token;
    const was = this.visitor?.id;
    this.api.token = token;
    this.visitor = this.store.read<Visitor>("visitor");
    if (before) this.succeed(before, was);
    this.link.start();
  }

  happened({ type, data }: StreamEvent): void {
    const id = String(data["conversation"] ?? "");
    if (type === "resync") void this.catchUp();
    else if (type === "chat.message") void quietly(this.refresh(id));
    else if (type === "chat.marks") void quietly(this.reconsider(id));
    else if (type === "chat.typing") this.showTyping(id, data);
  }

  private showTyping(id: string, data: Record<string, unknown>): void {
    clearTimeout(this.stillTyping.get(id));
    this.typing.delete(id);
    if (data["typing"]) {
      this.typing.set(id, String(data["name"] ?? ""));
      this.stillTyping.set(id, window.setTimeout(() => (this.typing.delete(id), this.changed()), Number(data["ttl"] ?? 6) * 1000));
    }
    this.changed();
  }

  /** After any break: which conversations moved, and what follows what we have of those that are shown. */
  catchUp(): Promise<void> {
    return (this.catching = this.api.token ? quietly(this.ask()) : Promise.resolve());
  }

  /** Once it was asked which conversations there are; the answer may have failed to come. */
  asked(): Promise<void> {
    return this.catching ?? this.catchUp();
  }

  private async ask(): Promise<void> {
    const { items } = await this.api.get<{ items: Conversation[] }>("conversations");
    const there = new Set(items.map(({ id }) => id));
    if (!this.listed) for (const id of this.conversations.keys()) if (!there.has(id)) (this.conversations.delete(id), delete this.remembered[id]);
    for (const conversation of items) this.know(conversation);
    this.listed = true;
    this.changed();
    await Promise.all(items.map(({ id }) => this.complete(id)));
  }

  /** Ask about a conversation. Where it is gone, what is said in it from now on begins another. */
  private about<T>(id: string, method: string, what = "", body?: unknown): Promise<T> {
    return this.api.ask<T>(method, `conversations/${id}${what}`, body).catch((error: unknown) => {
      if (isGone(error)) this.outbox.beginAnew(id);
      throw error;
    });
  }

  private async reconsider(id: string): Promise<void> {
    this.know(await this.about<Conversation>(id, "GET"));
    this.changed();
    await this.complete(id);
  }

  /** A thread is fetched on where more is known to be in it: that was heard of while its first messages were on their way. */
  private async complete(id: string): Promise<void> {
    if (this.threads.has(id) && this.lastOf(id) < (this.conversations.get(id)?.last_seq ?? 0)) await this.refresh(id);
  }

  /** Fetch what follows; one request at a time for each conversation, and one more if something came meanwhile. */
  private async refresh(id: string): Promise<void> {
    await this.fetching.get(id);
    if (!this.threads.has(id)) return this.reconsider(id);
    const fetch = this.follow(id).finally(() => this.fetching.delete(id));
    this.fetching.set(id, quietly(fetch));
    return fetch;
  }

  private async follow(id: string): Promise<void> {
    for (let more = true; more; ) {
      const page = await this.about<Page>(id, "GET", `/messages?after=${this.lastOf(id)}&limit=100`);
      this.adopt(page.conversation, page.items);
      more = page.more && page.items.length > 0;
    }
  }

  /** The newest messages of a conversation, or older ones above those that are shown. */
  async load(id: string): Promise<void> {
    const known = this.threads.get(id);
    if (known && !known.earlier) return;
    const before = known?.messages[0]?.seq ?? (this.conversations.get(id)?.last_seq ?? 1e9) + 1;
    const page = await this.about<Page>(id, "GET", `/messages?before=${before}&limit=${PAGE}`);
    const now = this.threads.get(id)?.messages ?? [];
    const first = now[0]?.seq ?? Infinity;
    const older = page.items.filter(({ seq }) => seq < first);
    this.threads.set(id, { messages: [...older, ...now], earlier: (older[0]?.seq ?? 1) > 1 });
    this.know(page.conversation);
    this.changed();
    await this.complete(id);
  }

  private lastOf(id: string): number {
    return this.threads.get(id)?.messages.at(-1)?.seq ?? 0;
  }

  /** Take messages that directly follow ours; what we have is passed over, and what stands behind a gap is left to `complete`. */
  private adopt(conversation: Conversation, messages: Message[]): void {
    this.know(conversation);
    const thread = this.threads.get(conversation.id);
    for (const message of thread ? messages : []) {
      const last = this.lastOf(conversation.id);
      if (message.seq > last + 1) break;
      if (message.seq <= last) continue;
      thread!.messages.push(message);
      if (message.kind === "out") this.came(conversation.id);
    }
    this.changed();
  }

  private came(id: string): void {
    this.typing.delete(id);
    this.dispatchEvent(new Event("fresh"));
  }

  private know(conversation: Conversation): void {
    const { id, last_seq, got_seq } = conversation;
    const known = this.conversations.get(id);
    const mark = this.marks.get(id);
    if (known && known.last_seq > last_seq) return;
    // Its deletion was taken back.
    this.store.remove(`at:${id}`);
    const seen_seq = Math.max(conversation.seen_seq, known?.seen_seq ?? 0);
    const unread = mark?.read && mark.seq >= last_seq ? 0 : conversation.unread;
    this.conversations.set(id, { ...conversation, seen_seq, unread });
    if (known && unread > known.unread && !this.threads.has(id)) this.dispatchEvent(new Event("fresh"));
    if (conversation.unread && got_seq < last_seq) this.mark(id, last_seq, false);
  }

  arrived(item: Waiting, { conversation, message }: Sent): void {
    if (!this.isMine(item)) return;
    if (message.seq === 1 && !this.threads.has(conversation.id)) this.threads.set(conversation.id, { messages: [], earlier: false });
    this.adopt(conversation, [message]);
    void quietly(this.complete(conversation.id));
  }

  // --- what goes ---

  say(thread: string, text: string, attachments: Attachment[]): void {
    this.typed = 0;
    this.outbox.add(thread, text, attachments);
  }

  async upload(file: File): Promise<Attachment> {
    await this.ensure();
    const form = new FormData();
    form.append("file", file, file.name);
    return this.api.ask<Attachment>("POST", "files", form);
  }

  tellTyping(thread: string, typing: boolean): void {
    const id = this.outbox.idOf(thread);
    if (!id || (typing ? Date.now() - this.typed < TYPING_EVERY : !this.typed)) return;
    this.typed = typing ? Date.now() : 0;
    void quietly(this.about(id, "POST", "/typing", { typing }));
  }

  /** The visitor sees everything of this conversation. */
  seen(id: string): void {
    const conversation = this.conversations.get(id);
    const seq = this.lastOf(id);
    if (!conversation || !seq || !conversation.unread) return;
    this.mark(id, seq, true);
    this.conversations.set(id, { ...conversation, unread: 0, read_seq: seq });
    this.changed();
  }

  private mark(id: string, seq: number, read: boolean): void {
    const told = this.marks.get(id);
    if (told && told.seq >= seq && (told.read || !read)) return;
    this.marks.set(id, { seq, read });
    void this.about(id, "POST", "/seen", { seq, read }).catch(() => this.marks.delete(id));
  }

  // --- telling ---

  private reach(reached: boolean): void {
    if (this.reached === reached) return;
    this.reached = reached;
    if (reached) this.outbox.hurry();
    this.changed();
  }

  formAsked(): void {
    this.dispatchEvent(new Event("form"));
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
    clearTimeout(this.keeping);
    if (this.listed && this.visitor) this.keeping = window.setTimeout(() => this.listed && this.visitor && keep(this.store, this.visitor.id, this.list, (id) => this.shown(id)), KEEP_AFTER);
  }
}
