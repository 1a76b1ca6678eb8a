// What the tabs of one browser tell each other, and who of them does what only one may do.

export class Tabs {
  private readonly channel: BroadcastChannel | undefined;
  private hear: (said: unknown) => void = () => {};

  constructor(private readonly name: string) {
    try {
      this.channel = new BroadcastChannel(name);
      this.channel.onmessage = ({ data }) => this.hear(data);
    } catch {
      // Without channels storage carries it: each change there is told to the other tabs.
      addEventListener("storage", ({ key, newValue }) => {
        if (key === name && newValue) this.hear((JSON.parse(newValue) as { said: unknown }).said);
      });
    }
  }

  listen(hear: (said: unknown) => void): void {
    this.hear = hear;
  }

  tell(said: unknown): void {
    if (this.channel) return this.channel.postMessage(said);
    try {
      localStorage.setItem(this.name, JSON.stringify({ said, at: Math.random() }));
    } catch {
      // Neither channels nor storage: each tab asks the server for itself.
    }
  }

  /** Do this while no other tab does. Where locks are missing each tab does it: the server takes a message once. */
  async alone(what: string, act: () => Promise<void>, options: LockOptions = {}): Promise<void> {
    const { locks } = navigator as { locks?: LockManager };
    if (!locks) return act();
    let began = false;
    try {
      await locks.request(`${this.name}-${what}`, options, () => ((began = true), act()));
    } catch (error) {
      // Locks are storage to a browser that denies it.
      if (began || !(error instanceof DOMException) || error.name !== "SecurityError") throw error;
      await act();
    }
  }
}
