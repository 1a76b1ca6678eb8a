// How any script says something: an event that <tamada-toasts> shows, the same one a server sends by `HX-Trigger`.

export interface Toast {
  text: string;
  kind?: "ok" | "info" | "error";
  /** Address that a POST undoes the thing with. */
  undo?: string | undefined;
  /** Address of what it tells of. */
  open?: string | undefined;
  seconds?: number | undefined;
  /** The seconds are shown as they run: when they have, it is too late to undo. */
  counts?: boolean | undefined;
  /** What an error is about; `settled` with the same takes it away. */
  about?: string | undefined;
}

export function toast(detail: Toast): void {
  document.body.dispatchEvent(new CustomEvent("toast", { detail, bubbles: true }));
}

/** What was complained of is mended. */
export function settled(about: string): void {
  document.body.dispatchEvent(new CustomEvent("toast:settled", { detail: { about }, bubbles: true }));
}
