// The page's ear: one connection for all tabs of a person, replayed after a break, told apart from a dead one by heartbeats.
//
//   <tamada-stream url="/stream" cursor="123" scope="7"></tamada-stream>
//
// Dispatches `stream:event` and `stream:status` (online, offline) on document and sets body[data-stream].
import { define, TamadaElement } from "../lib/element.ts";
import type { StreamEvent } from "../lib/events.ts";
import { signedOut } from "../lib/http.ts";
import { refreshAll } from "../lib/live.ts";
import { readEvents } from "../lib/sse.ts";

const SILENCE = 45_000;
const LONG_GAP = 120_000;
type Said = { event: StreamEvent } | { beat: string } | { hello: true };

class Stream extends TamadaElement {
  private cursor = "";
  private heard = Date.now();
  private tried = Date.now();
  private failures = 0;
  private attempt: AbortController | undefined;
  private tabs: BroadcastChannel | undefined;

  protected enter(): void {
    this.cursor = this.text("cursor");
    this.tabs = new BroadcastChannel(this.name);
    this.listen<MessageEvent<Said>>(this.tabs, "message", ({ data }) => this.overheard(data));
    this.tabs.postMessage({ hello: true } satisfies Said);
    this.listen(window, "online", () => this.check(true));
    this.listen(document, "visibilitychange", () => this.check(false));
    this.every(5000, () => this.check(false));
    void this.lead();
  }

  protected override leave(): void {
    this.attempt?.abort();
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
      this.attempt?.abort();
      this.attempt = undefined;
      if (!here.aborted) void this.lead();
    }
  }

  private async run(turn: AbortSignal): Promise<void> {
    while (!turn.aborted) {
      await this.connect();
      if (!turn.aborted) await this.pause();
    }
  }

  private async connect(): Promise<void> {
    this.attempt = new AbortController();
    const after = this.cursor ? `?after=${encodeURIComponent(this.cursor)}` : "";
    try {
      const options = { headers: { Accept: "text/event-stream" }, signal: this.attempt.signal, cache: "no-store" } as const;
      const response = await fetch(this.text("url") + after, options);
      if (response.status === 401 || response.status === 403) return signedOut();
      if (!response.ok || !response.body) throw new TypeError(`stream ${response.status}`);
      this.beat();
      await readEvents(response.body, (event) => this.received(event), () => this.beat());
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      if (!this.signal.aborted) this.status("offline", this.failures++ > 0);
    }
  }

  private pause(): Promise<void> {
    const milliseconds = Math.min(30_000, 400 * 2 ** this.failures) * (0.7 + Math.random() * 0.6);
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, milliseconds);
      window.addEventListener("online", () => (window.clearTimeout(timer), resolve()), { once: true });
    });
  }

  private beat(): void {
    this.alive();
    this.failures = 0;
    this.tabs?.postMessage({ beat: this.cursor } satisfies Said);
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
    if ("hello" in said) return void (this.attempt && this.tabs?.postMessage({ beat: this.cursor } satisfies Said));
    this.alive();
    if ("event" in said) return this.tell(said.event);
    // The tab that listens is elsewhere than this page was when it was drawn: what lies between is unknown here.
    if (said.beat && said.beat !== this.cursor) {
      this.cursor = said.beat;
      refreshAll();
    }
  }

  private tell(event: StreamEvent): void {
    if (event.id) this.cursor = event.id;
    if (event.type === "resync") return refreshAll();
    document.dispatchEvent(new CustomEvent("stream:event", { detail: event }));
  }

  /** Silence longer than a heartbeat means a dead connection or a sleep: begin again from the last event. */
  private check(now: boolean): void {
    if (!now && Date.now() - Math.max(this.heard, this.tried) < SILENCE) return;
    this.tried = Date.now();
    if (this.attempt) this.attempt.abort();
    else if (document.visibilityState === "visible") void this.lead(true);
  }

  private status(status: "online" | "offline", shown = true): void {
    if (!shown || document.body.dataset["stream"] === status) return;
    document.body.dataset["stream"] = status;
    document.dispatchEvent(new CustomEvent("stream:status", { detail: status }));
  }
}

define("tamada-stream", Stream);
