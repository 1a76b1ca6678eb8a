// What every custom element here shares: registration that survives a second load, typed attributes, listeners that leave.

export abstract class TamadaElement extends HTMLElement {
  private leaving = new AbortController();

  connectedCallback(): void {
    this.leaving = new AbortController();
    this.enter();
  }

  disconnectedCallback(): void {
    this.leaving.abort();
    this.leave();
  }

  /** Called each time the element enters the page. */
  protected abstract enter(): void;

  /** Called each time it leaves; listeners added with `listen` are gone by then. */
  protected leave(): void {}

  /** Aborted when the element leaves the page. */
  protected get signal(): AbortSignal {
    return this.leaving.signal;
  }

  protected listen<E extends Event>(
    target: EventTarget,
    type: string,
    handler: (event: E) => void,
    options: AddEventListenerOptions = {},
  ): void {
    target.addEventListener(type, handler as EventListener, { ...options, signal: this.signal });
  }

  protected every(milliseconds: number, action: () => void): void {
    const timer = window.setInterval(action, milliseconds);
    this.signal.addEventListener("abort", () => window.clearInterval(timer));
  }

  protected text(name: string): string {
    return this.getAttribute(name) ?? "";
  }

  protected number(name: string, fallback: number): number {
    const value = Number.parseFloat(this.text(name));
    return Number.isFinite(value) ? value : fallback;
  }
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}

/** Run `load` once, as soon as an element of this name is in the page. */
export function whenSeen(name: string, load: () => Promise<unknown>): void {
  const found = (): boolean => document.querySelector(name) !== null;
  const start = (): void => void load().catch((error: unknown) => console.error(`${name} could not be loaded`, error));
  if (found()) return start();
  const observer = new MutationObserver(() => {
    if (!found()) return;
    observer.disconnect();
    start();
  });
  observer.observe(document.documentElement, { childList: true, subtree: true });
}

/** True where a person types, so that plain keys are letters there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range", "file"].includes(target.type);
}

export function isVisible(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true });
}

export function debounce(action: () => void, milliseconds: number): (() => void) & { flush: () => void; cancel: () => void } {
  let timer: number | undefined;
  const run = (): void => {
    timer = undefined;
    action();
  };
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(run, milliseconds);
  };
  const cancel = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
  };
  const flush = (): void => {
    if (timer === undefined) return;
    cancel();
    action();
  };
  return Object.assign(later, { flush, cancel });
}
