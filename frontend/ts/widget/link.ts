// The widget's ear: one stream for all tabs. Where streams are blocked it asks now and then instead; a dead connection is
// told from a quiet one by its heartbeat. It only says that something came: what came, the sequence numbers say.
import { Ear } from "../lib/ear.ts";
import type { StreamEvent } from "../lib/events.ts";
import type { Api } from "./api.ts";
import type { Tabs } from "./tabs.ts";

const TIMES = { silence: 45_000, open: 3_000, closed: 30_000, check: 5_000 };

export interface Ears {
  happened(event: StreamEvent): void;
  /** Ask for what may have been missed. */
  catchUp(): Promise<void>;
  /** Whether the last request of any kind found its server. */
  readonly reached: boolean;
  stranger(token: string): void;
  /** Whether the panel is open, so that asking is worth more. */
  readonly open: boolean;
}

export class Link {
  private readonly ear = new Ear({
    open: (signal) => this.open(signal),
    ask: () => this.ask(),
    event: (event) => this.received(event),
    beat: (first) => this.beat(first),
    pace: () => this.pace(),
  });
  private heard = 0;
  private running = false;
  private leading = false;

  constructor(
    private readonly api: Api,
    private readonly tabs: Tabs,
    private readonly ears: Ears,
  ) {
    setInterval(() => this.check(), TIMES.check);
    addEventListener("online", () => this.renew());
    addEventListener("pageshow", ({ persisted }) => persisted && this.renew());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.check());
  }

  /** Listen from now on; once is enough. */
  start(): void {
    if (this.running || !this.api.token) return;
    this.running = true;
    this.heard = Date.now();
    void this.ears.catchUp();
    void this.lead(false);
  }

  /** Begin again: the network is back, or the token is another. */
  renew(): void {
    this.ear.renew();
    if (this.running) void this.ears.catchUp();
  }

  forget(): void {
    this.ear.cursor = "";
    this.renew();
  }

  /** The panel was opened or closed: ask at the other pace. */
  hurry(): void {
    this.ear.hurry();
  }

  /** The tab that listens is alive, and what it heard. */
  overheard(said: { beat: string } | { event: StreamEvent }): void {
    this.heard = Date.now();
    if ("event" in said) this.ears.happened(said.event);
  }

  private async lead(steal: boolean): Promise<void> {
    const turn = new AbortController();
    try {
      await this.tabs.alone("stream", () => this.run(turn.signal), steal ? { steal: true } : {});
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      // Another tab took over because this one slept: wait for the next turn.
      turn.abort();
      this.leading = false;
      this.ear.stir();
      void this.lead(false);
    }
  }

  private async run(turn: AbortSignal): Promise<void> {
    this.leading = true;
    while (!turn.aborted) await (this.api.token ? this.ear.step(turn) : this.ear.pause(TIMES.open));
  }

  private pace(): number {
    return this.ears.open ? TIMES.open : TIMES.closed;
  }

  private async open(signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined> {
    const { token } = this.api;
    this.heard = Date.now();
    const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
    const after = this.ear.cursor ? `?after=${encodeURIComponent(this.ear.cursor)}` : "";
    const response = await this.api.open(`stream${after}`, { headers, signal });
    if (response.status === 401) return void this.ears.stranger(token);
    if (!response.ok || !response.body) throw new TypeError(`stream ${response.status}`);
    this.api.onReach(true);
    return response.body;
  }

  private async ask(): Promise<boolean> {
    await this.ears.catchUp();
    this.heard = Date.now();
    const reached = this.ears.reached;
    if (reached) this.resync();
    return reached;
  }

  private beat(first: boolean): void {
    this.heard = Date.now();
    this.tabs.tell({ beat: this.ear.cursor });
    if (!first) return;
    void this.ears.catchUp();
    // Nobody says what was missed until now: the other tabs ask for themselves.
    if (!this.ear.cursor) this.resync();
  }

  private resync(): void {
    this.tabs.tell({ event: { id: undefined, type: "resync", data: {} } });
  }

  private received(event: StreamEvent): void {
    this.tabs.tell({ event });
    this.ears.happened(event);
  }

  /** Silence longer than a heartbeat: the connection is dead, or this tab or the listening one has slept. */
  private check(): void {
    if (!this.running || Date.now() - this.heard < TIMES.silence) return;
    if (this.leading) return this.ear.stir();
    if (document.visibilityState !== "visible") return;
    this.heard = Date.now();
    void this.ears.catchUp();
    void this.lead(true);
  }
}
