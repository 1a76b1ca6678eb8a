// The page's ear: one connection for all tabs of a person, replayed after a break, told apart from a dead one by heartbeats. Where
// streams are blocked it asks every few seconds for what followed.
//
//   <tamada-stream url="/stream" missed-url="/missed" cursor="123" scope="7"></tamada-stream>
//
// Dispatches `stream:event` and `stream:status` (online, offline) on document and sets body[data-stream].
import { Ear } from "../lib/ear.ts";
import { define, TamadaElement } from "../lib/element.ts";
import type { StreamEvent } from "../lib/events.ts";
import { signedOut } from "../lib/http.ts";
import { refreshAll } from "../lib/live.ts";
import { readEvents } from "../lib/sse.ts";

const SILENCE = 45_000;
const LONG_GAP = 120_000;
/** Between two questions while the server answers, and at most between two attempts while it doesn't. */
const [ASK, REST] = [5_000, 30_000];
const DEADLINE = 8_000;
type Said = { event: StreamEvent } | { beat: string } | { hello: true };

class Stream extends TamadaElement {
  private readonly ear = new Ear({
    open: (signal) => this.open(signal),
    ask: () => this.ask(),
    event: (event) => this.received(event),
    beat: () => this.beat(),
    pace: () => (this.missed ? REST : ASK),
  });
  private heard = Date.now();
  private tried = Date.now();
  /** How many questions in a row found no server. */
  private missed = 0;
  private leading = false;
  private tabs: BroadcastChannel | undefined;

  protected enter(): void {
    this.ear.cursor = this.text("cursor");
    this.tabs = new BroadcastChannel(this.name);
    this.listen<MessageEvent<Said>>(this.tabs, "message", ({ data }) => this.overheard(data));
    this.tabs.postMessage({ hello: true } satisfies Said);
    this.listen(window, "online", () => this.check(true));
    this.listen(document, "visibilitychange", () => this.check(false));
    this.every(5000, () => this.check(false));
    // Who signs out need not be told so: the page stops listening before its session ends.
    this.listen<SubmitEvent>(document, "submit", ({ target }) => (target as Element).matches("[action='/logout']") && this.remove());
    void this.lead();
  }

  protected override leave(): void {
    this.leading = false;
    this.ear.stir();
    this.tabs?.close();
  }

  private get name(): string {
    return `tamada-stream-${this.text("scope")}`;
  }

  /** Listen for all tabs: the one that holds the lock does. Where locks are missing (plain HTTP), each for itself. */
  private async lead(steal = false): Promise<void> {
    const here = this.signal;
    const turn = new AbortController();
    const locks = (navigator as { locks?: LockManager }).locks;
    if (!locks) return this.run(here);
    const options: LockOptions = steal ? { steal: true } : { signal: here };
    try {
      await locks.request(this.name, options, () => this.run(AbortSignal.any([here, turn.signal])));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // The page was left, or another tab took over because this one slept: wait for the next turn.
      turn.abort();
      this.leading = false;
      this.ear.stir();
      if (!here.aborted) void this.lead();
    }
  }

  private async run(turn: AbortSignal): Promise<void> {
    this.leading = true;
    while (!turn.aborted) await this.ear.step(turn);
  }

  private async open(signal: AbortSignal, once = false): Promise<ReadableStream<Uint8Array> | undefined> {
    const after = this.ear.cursor ? `?after=${encodeURIComponent(this.ear.cursor)}` : "";
    const headers = { Accept: once ? "text/plain" : "text/event-stream" };
    const response = await fetch(this.text(once ? "missed-url" : "url") + after, { headers, signal, cache: "no-store" });
    if (response.status === 401 || response.status === 403) return void signedOut();
    if (!response.ok || !response.body) throw new TypeError(`stream ${response.status}`);
    return response.body;
  }

  /** What a stream would have said since the last event, in one answer. */
  private async ask(): Promise<boolean> {
    const here = this.signal;
    try {
      const body = await this.open(AbortSignal.any([here, AbortSignal.timeout(DEADLINE)]), true);
      if (body) await readEvents(body, (event) => this.ear.take(event), () => {});
      this.beat();
      return true;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      if (this.missed++ && !here.aborted) this.status("offline");
      return false;
    }
  }

  private beat(): void {
    this.alive();
    this.missed = 0;
    this.tabs?.postMessage({ beat: this.ear.cursor } satisfies Said);
  }

  private alive(): void {
    const gap = Date.now() - this.heard;
    this.heard = Date.now();
    this.status("online");
    if (gap > LONG_GAP) refreshAll();
  }

  private received(event: StreamEvent): void {
    this.tabs?.postMessage({ event } satisfies Said);
    this.tell(event);
  }

  private overheard(said: Said): void {
    if ("hello" in said) return void (this.leading && this.tabs?.postMessage({ beat: this.ear.cursor } satisfies Said));
    this.alive();
    if ("event" in said) {
      if (said.event.id) this.ear.cursor = said.event.id;
      return this.tell(said.event);
    }
    // The tab that listens is elsewhere than this page was when it was drawn: what lies between is unknown here.
    if (said.beat && said.beat !== this.ear.cursor) {
      this.ear.cursor = said.beat;
      refreshAll();
    }
  }

  private tell(event: StreamEvent): void {
    if (event.type === "resync") return refreshAll();
    if (event.type === "message") return; // An id alone: nothing happened until there.
    document.dispatchEvent(new CustomEvent("stream:event", { detail: event }));
  }

  /** Silence longer than a heartbeat means a dead connection or a sleep: begin again from the last event. */
  private check(now: boolean): void {
    if (!now && Date.now() - Math.max(this.heard, this.tried) < SILENCE) return;
    this.tried = Date.now();
    if (this.leading && now) this.ear.renew();
    else if (this.leading) this.ear.stir();
    else if (document.visibilityState === "visible") void this.lead(true);
  }

  private status(status: "online" | "offline"): void {
    if (document.body.dataset["stream"] === status) return;
    document.body.dataset["stream"] = status;
    document.dispatchEvent(new CustomEvent("stream:status", { detail: status }));
  }
}

define("tamada-stream", Stream);
