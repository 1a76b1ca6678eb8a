// What a browser remembers for one inbox. Where storage is denied (private windows, blocked site data), memory holds it.

/** What may be thrown away for other things: see history.ts. */
export const SPARE = "history";

export class Store {
  private readonly memory = new Map<string, string>();
  private readonly disk: Storage | undefined;

  constructor(readonly prefix: string) {
    try {
      const probe = `${prefix}probe`;
      localStorage.setItem(probe, "1");
      localStorage.removeItem(probe);
      this.disk = localStorage;
    } catch {
      this.disk = undefined;
    }
  }

  get(name: string): string | null {
    const held = this.memory.get(name);
    if (held !== undefined) return held;
    try {
      return this.disk?.getItem(this.prefix + name) ?? null;
    } catch {
      return null;
    }
  }

  read<T>(name: string): T | undefined {
    try {
      return JSON.parse(this.get(name) ?? "null") as T ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Keep it on disk; in memory when there is no disk or it is full. */
  set(name: string, value: unknown): void {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    this.memory.delete(name);
    try {
      if (!this.disk) throw new Error("no storage");
      this.disk.setItem(this.prefix + name, text);
    } catch {
      this.memory.set(name, text);
      if (name !== SPARE) this.makeRoom(name, text);
    }
  }

  /** The disk is full: what can be fetched again gives way to what can't. */
  private makeRoom(name: string, text: string): void {
    if (this.get(SPARE) === null) return;
    this.remove(SPARE);
    this.set(name, text);
  }

  remove(name: string): void {
    this.memory.delete(name);
    try {
      this.disk?.removeItem(this.prefix + name);
    } catch {
      // Denied since: there is nothing of ours left to remove.
    }
  }

  /** The names under this beginning, in order. */
  names(beginning: string): string[] {
    const found = new Set([...this.memory.keys()].filter((name) => name.startsWith(beginning)));
    const full = this.prefix + beginning;
    try {
      for (const key of Object.keys(this.disk ?? {})) if (key.startsWith(full)) found.add(key.slice(this.prefix.length));
    } catch {
      // Denied since: what memory holds is what there is.
    }
    return [...found].sort();
  }
}
