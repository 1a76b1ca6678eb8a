// How any script says something: an event that <tamada-toasts> shows, the same one a server sends by `HX-Trigger`.

export interface Toast {
  text: string;
  kind?: "ok" | "info" | "error";
  /** Address that a POST undoes the thing with. */
  undo?: string | undefined;
  seconds?: number | undefined;
}

export function toast(detail: Toast): void {
  document.body.dispatchEvent(new CustomEvent("toast", { detail, bubbles: true }));
}
