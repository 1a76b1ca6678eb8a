// One stream after another, with longer and longer pauses where none comes; the desk and the chat listen by it. Where something
// between cuts streams or holds them back while other requests pass, it asks now and then instead, and later tries a stream again.
import type { StreamEvent } from "./events.ts";
import { readEvents } from "./sse.ts";

/** So many streams in a row that nothing came of, while other requests passed, are blocked ones and not a server that restarts. */
const HELD = 3;
/** The server says something as soon as a stream is open: one without a byte by then is held back. */
const FIRST = 8_000;
const RETRY = 60_000;

export interface Source {
  /** Open a stream; undefined when who listens may not, which is said already. Rejects with TypeError when it is refused. */
  open(signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Ask for what may have been missed; whether the server was reached. */
  ask(): Promise<boolean>;
  event(event: StreamEvent): void;
  /** Something came by a stream: it works. `first` with the first of each. */
  beat(first: boolean): void;
  /** Milliseconds between two questions, and at most between two attempts. */
  pace(): number;
}

export class Ear {
  /** The last event's id. */
  cursor = "";
  private failures = 0;
  /** How many streams in a row ended before their first byte although other requests passed. */
  private held = 0;
  /** Streams are blocked here until this moment. */
  private askUntil = 0;
  private attempt: AbortController | undefined;
  private wake: () => void = () => {};

  constructor(private readonly source: Source) {}

  /** One stream to its end, or one question, and the pause that follows. */
  async step(turn: AbortSignal): Promise<void> {
    let pause = 0;
    if (Date.now() < this.askUntil) {
      if (await this.source.ask()) pause = this.source.pace();
      // Not the streams are away but the server.
      else this.askUntil = 0;
    } else if (await this.listen()) pause = 500 * Math.random();
    pause ||= Math.min(this.source.pace(), 500 * 2 ** this.failures++) * (0.7 + Math.random() * 0.6);
    if (!turn.aborted) await this.pause(pause);
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => (clearTimeout(timer), resolve());
    });
  }

  /** End the pause, if there is one. */
  hurry(): void {
    this.wake();
  }

  /** End the stream or the pause: begin again from the last event. */
  stir(): void {
    this.attempt?.abort();
    this.wake();
  }

  /** The same where what was learned of the network holds no longer. */
  renew(): void {
    this.failures = this.askUntil = 0;
    this.stir();
  }

  take(event: StreamEvent): void {
    if (event.id) this.cursor = event.id;
    this.source.event(event);
  }

  /** True when it had worked. */
  private async listen(): Promise<boolean> {
    const attempt = (this.attempt = new AbortController());
    let bytes = false;
    let late = false;
    const timer = setTimeout(() => ((late = true), attempt.abort()), FIRST);
    const alive = (): void => {
      clearTimeout(timer);
      this.failures = this.held = 0;
      this.source.beat(!bytes);
      bytes = true;
    };
    try {
      const body = await this.source.open(attempt.signal);
      if (!body) return false;
      await readEvents(body, (event) => this.take(event), alive);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    } finally {
      clearTimeout(timer);
      this.attempt = undefined;
    }
    if (!bytes && (late || !attempt.signal.aborted)) await this.judge(late);
    return bytes;
  }

  /** Nothing came of a stream: whether the server is away, or something between keeps streams back. */
  private async judge(late: boolean): Promise<void> {
    if (!(await this.source.ask())) return void (this.held = 0);
    this.failures = this.held++;
    if (late || this.held >= HELD) this.askUntil = Date.now() + RETRY;
  }
}
