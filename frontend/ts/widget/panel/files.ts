// Files of a message that is being written. Those that are up are kept with its draft; one that finds no server waits and
// goes up once there is one, also while another view is shown. The bytes themselves are not kept: a reload loses what waits.
import { isRefused } from "../api.ts";
import type { Chat } from "../chat.ts";
import type { Attachment } from "../types.ts";

/** The server forgets a file that no message names after a day; an hour is left to send it in. */
const USABLE = 23 * 3_600_000;
const LONGEST_PAUSE = 30_000;

export interface Chosen {
  readonly name: string;
  /** Once the server has it. */
  up?: { file: Attachment; at: number };
  /** Why it is not taken; empty where the server gave no reason. */
  refused?: string;
  /** Whether the server has nowhere to put it at the moment. */
  delayed?: boolean;
}

export class Files {
  readonly chosen = new Set<Chosen>();
  /** Somebody asked to send: the message leaves as soon as its files are up. */
  leaves = false;
  /** Told of each change: the composer that shows them. */
  shown: () => void = () => {};
  private reached = true;
  private readonly resting = new Set<() => void>();

  constructor(
    private readonly chat: Chat,
    private draft: string,
  ) {
    for (const up of chat.store.read<NonNullable<Chosen["up"]>[]>(this.kept) ?? []) if (Date.now() - up.at < USABLE) this.chosen.add({ name: up.file.name, up });
    addEventListener("online", () => this.hurry());
    chat.addEventListener("change", () => {
      if (chat.reached && !this.reached) this.hurry();
      this.reached = chat.reached;
    });
  }

  get ready(): Attachment[] {
    return [...this.chosen].flatMap(({ up }) => up?.file ?? []);
  }

  /** Whether some are on their way, or wait for the connection. */
  get unfinished(): boolean {
    return [...this.chosen].some(({ up, refused }) => !up && refused === undefined);
  }

  add(file: File, name: string): void {
    const one: Chosen = { name };
    this.chosen.add(one);
    this.changed();
    void this.upload(one, file);
  }

  /** One that is not even sent. */
  addRefused(name: string, refused: string): void {
    this.chosen.add({ name, refused });
    this.changed();
  }

  remove(...those: Chosen[]): void {
    for (const one of those) this.chosen.delete(one);
    this.changed();
  }

  /** What was refused is told until it is taken out, or until something else is chosen. */
  removeRefused(): void {
    this.remove(...[...this.chosen].filter(({ refused }) => refused !== undefined));
  }

  /** These went with a message. */
  sent(those: Attachment[]): void {
    const went = [...this.chosen].filter(({ up }) => those.some(({ id }) => id === up?.file.id));
    if (went.length) this.remove(...went);
  }

  /** Another visitor is here: these are not theirs, and what was to leave with them stays. */
  forget(): void {
    this.leaves = false;
    this.remove(...this.chosen);
  }

  /** The conversation has got its id: what is half written belongs to it. */
  moveTo(draft: string): void {
    const before = this.kept;
    this.draft = draft;
    this.changed();
    this.chat.store.remove(before);
  }

  private async upload(one: Chosen, file: File): Promise<void> {
    for (let pause = 1_000; this.chosen.has(one) && !one.up; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        one.up = { file: await this.chat.upload(file), at: Date.now() };
      } catch (error) {
        const refusal = isRefused(error) ? error : undefined;
        if ((refusal && !refusal.passing) || !(await isReadable(file))) return this.refuse(one, refusal?.reason ?? "");
        one.delayed = refusal?.code === "store";
        if (this.chosen.has(one)) this.changed();
        await this.rest(Math.max(pause, (refusal?.wait ?? 0) * 1000));
      }
    }
    if (this.chosen.has(one)) this.changed();
  }

  private refuse(one: Chosen, reason: string): void {
    one.refused = reason;
    if (!this.chosen.has(one)) return;
    this.leaves = false;
    this.changed();
  }

  private rest(pause: number): Promise<void> {
    return new Promise((resolve) => {
      this.resting.add(resolve);
      setTimeout(resolve, pause);
    });
  }

  private hurry(): void {
    for (const wake of this.resting) wake();
    this.resting.clear();
  }

  private changed(): void {
    const ups = [...this.chosen].flatMap(({ up }) => up ?? []);
    if (ups.length) this.chat.store.set(this.kept, ups);
    else this.chat.store.remove(this.kept);
    this.shown();
    this.chat.dispatchEvent(new Event("change"));
  }

  private get kept(): string {
    return `files:${this.draft}`;
  }
}

/** A file that was moved or deleted since it was chosen fails as a lost network does. */
async function isReadable(file: File): Promise<boolean> {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}
