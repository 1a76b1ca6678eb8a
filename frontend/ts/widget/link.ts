// The widget's ear: one stream for all tabs. Where streams are blocked it asks now and then instead; a dead connection is
// told from a quiet one by its heartbeat. It only says that something came: what came, the sequence numbers say.
import { readEvents } from "../lib/sse.ts";
import type { StreamEvent } from "../lib/events.ts";
import { type Api, isRefused, Refused } from "./api.ts";
import type { Tabs } from "./tabs.ts";

/** So many streams in a row that nothing came of, while other requests passed, are blocked ones and not a server that restarts. */
const HELD = 3;
export const TIMES = { first: 8_000, silence: 45_000, open: 3_000, closed: 30_000, retry: 60_000, check: 5_000 };

export interface Ears {
  event(event: StreamEvent): void;
  /** Ask for what may have been missed. */
  catchUp(): Promise<void>;
  /** Whether the last request of any kind found its server. */
  reached(): boolean;
  stranger(token: string): void;
  /** Whether the panel is open, so that asking is worth more. */
  attentive(): boolean;
}

export class Link {
  private cursor = "";
  private heard = 0;
  private failures = 0;
  /** How many streams in a row ended before their first byte although other requests passed. */
  private held = 0;
  private attempt: AbortController | undefined;
  private running = false;
  private leading = false;
  private wake: () => void = () => {};
  /** Streams are blocked here until this moment. */
  private pollUntil = 0;

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
    this.failures = 0;
    this.pollUntil = 0;
    this.attempt?.abort();
    this.wake();
    if (this.running) void this.ears.catchUp();
  }

  forget(): void {
    this.cursor = "";
    this.renew();
  }

  /** The panel was opened or closed: ask at the other pace. */
  hurry(): void {
    this.wake();
  }

  /** The tab that listens is alive, and what it heard. */
  overheard(said: { beat: string } | { event: StreamEvent }): void {
    this.heard = Date.now();
    if ("event" in said) this.ears.event(said.event);
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
      this.attempt?.abort();
      void this.lead(false);
    }
  }

  private async run(turn: AbortSignal): Promise<void> {
    this.leading = true;
    while (!turn.aborted) {
      if (!this.api.token) await this.pause(TIMES.open);
      else if (Date.now() < this.pollUntil) await this.poll();
      else if (await this.listen(turn)) await this.pause(500 * Math.random());
      else await this.pause(Math.min(this.ears.attentive() ? TIMES.open : TIMES.closed, 500 * 2 ** this.failures++) * (0.7 + Math.random() * 0.6));
    }
  }

  /** One stream to its end; true when it had worked. */
  private async listen(turn: AbortSignal): Promise<boolean> {
    const attempt = (this.attempt = new AbortController());
    const { token } = this.api;
    this.heard = Date.now();
    let bytes = false;
    const late = setTimeout(() => attempt.abort(new DOMException("Not a byte", "TimeoutError")), TIMES.first);
    const alive = (): void => {
      clearTimeout(late);
      this.beat(!bytes);
      bytes = true;
    };
    try {
      const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
      const after = this.cursor ? `?after=${encodeURIComponent(this.cursor)}` : "";
      const response = await this.api.open(`stream${after}`, { headers, signal: attempt.signal });
      if (response.status === 401) return (this.ears.stranger(token), false);
      if (!response.ok || !response.body) throw new Refused(response.status, "", "", 0);
      this.api.onReach(true);
      await readEvents(response.body, (event) => !turn.aborted && this.received(event), alive);
    } catch (error) {
      await this.broke(error, bytes, (attempt.signal.reason as DOMException | undefined)?.name === "TimeoutError");
    } finally {
      clearTimeout(late);
      this.attempt = undefined;
    }
    return bytes;
  }

  private async broke(error: unknown, bytes: boolean, late: boolean): Promise<void> {
    if (!(isRefused(error) || error instanceof TypeError || error instanceof DOMException)) throw error;
    if (bytes) return;
    let blocked = late || (isRefused(error) && !error.passing);
    if (!blocked) {
      await this.ears.catchUp();
      if (this.ears.reached()) this.failures = this.held++;
      else this.held = 0;
      blocked = this.held >= HELD;
    }
    // Something between keeps streams back: ask instead, and try again later.
    if (blocked) this.pollUntil = Date.now() + TIMES.retry;
  }

  private async poll(): Promise<void> {
    await this.ears.catchUp();
    this.tabs.tell({ event: { id: undefined, type: "resync", data: {} } });
    this.heard = Date.now();
    await this.pause(this.ears.attentive() ? TIMES.open : TIMES.closed);
  }

  private beat(first: boolean): void {
    this.heard = Date.now();
    this.failures = this.held = 0;
    this.tabs.tell({ beat: this.cursor });
    if (!first) return;
    void this.ears.catchUp();
    // Nobody says what was missed until now: the other tabs ask for themselves.
    if (!this.cursor) this.tabs.tell({ event: { id: undefined, type: "resync", data: {} } });
  }

  private received(event: StreamEvent): void {
    if (event.id) this.cursor = event.id;
    this.tabs.tell({ event });
    this.ears.event(event);
  }

  /** Silence longer than a heartbeat: the connection is dead, or this tab or the listening one has slept. */
  private check(): void {
    if (!this.running || Date.now() - this.heard < TIMES.silence) return;
    if (this.leading) return this.attempt ? this.attempt.abort() : this.wake();
    if (document.visibilityState !== "visible") return;
    this.heard = Date.now();
    void this.ears.catchUp();
    void this.lead(true);
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => (clearTimeout(timer), resolve());
    });
  }
}
