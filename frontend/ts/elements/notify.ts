// Notifications: in the page's title, by the browser while it runs, and pushed to it while it doesn't.
//
//   <tamada-notify key="VAPID public key" subscribe-url="/notifications/push" worker="/sw.js" unread="#unread, #bell"></tamada-notify>
//   <button data-notify-on>…</button> <button data-notify-off>…</button> <span id="unread" data-count="3">3</span> <a id="bell" data-count="1" data-chat="/conversations/12">
import { define, TamadaElement } from "../lib/element.ts";
import { post, request } from "../lib/http.ts";
import { toast } from "../lib/toast.ts";
import { word } from "../lib/words.ts";

function bell(): DOMStringMap {
  return document.getElementById("bell")?.dataset ?? {};
}

function chatsThatWait(): number {
  return Number(bell()["count"] ?? 0);
}

class Notify extends TamadaElement {
  private readonly plainTitle = document.title;
  private chats = chatsThatWait();

  protected enter(): void {
    this.listen<MouseEvent>(document, "click", ({ target }) => {
      if (!(target instanceof Element)) return;
      if (target.closest("[data-notify-on]")) void this.turnOn();
      if (target.closest("[data-notify-off]")) void this.turnOff();
    });
    this.listen(document, "htmx:afterSwap", () => (this.badge(), this.announce()));
    this.badge();
    void this.reflect();
  }

  /** What is unread and the chats that wait for somebody, in the tab's title and on the app's icon. */
  private badge(): void {
    const counted = document.querySelectorAll<HTMLElement>(this.text("unread") || "#unread");
    const count = [...counted].reduce((sum, one) => sum + Number(one.dataset["count"] ?? 0), 0);
    const title = document.title.replace(/^\(\d+\+?\) /, "") || this.plainTitle;
    document.title = count ? `(${count}) ${title}` : title;
    const icon = navigator as { setAppBadge?: (count: number) => Promise<void>; clearAppBadge?: () => Promise<void> };
    void (count ? icon.setAppBadge?.(count) : icon.clearAppBadge?.())?.catch(() => undefined);
  }

  /** One more waits in a chat that nobody has. */
  private announce(): void {
    const before = this.chats;
    this.chats = chatsThatWait();
    if (this.chats > before) toast({ text: word("notify.new_chat"), kind: "info", open: bell()["chat"] });
  }

  private async worker(): Promise<ServiceWorkerRegistration | undefined> {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return undefined;
    return navigator.serviceWorker.register(this.text("worker") || "/sw.js", { scope: "/" });
  }

  private async turnOn(): Promise<void> {
    const permission = await Notification.requestPermission();
    const registration = permission === "granted" ? await this.worker() : undefined;
    if (!registration) return toast({ text: word("notify.denied"), kind: "error" });
    const options = { userVisibleOnly: true, applicationServerKey: bytes(this.text("key")) };
    const subscription = await registration.pushManager.subscribe(options);
    const body = JSON.stringify(subscription.toJSON());
    const response = await request(this.text("subscribe-url"), { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (response.ok) toast({ text: word("notify.on") });
    await this.reflect();
  }

  private async turnOff(): Promise<void> {
    const subscription = await this.subscription();
    if (!subscription) return;
    const body = JSON.stringify({ endpoint: subscription.endpoint });
    await request(this.text("subscribe-url"), { method: "DELETE", body, headers: { "Content-Type": "application/json" } });
    await subscription.unsubscribe();
    toast({ text: word("notify.off") });
    await this.reflect();
  }

  private async subscription(): Promise<PushSubscription | null> {
    if (!("serviceWorker" in navigator)) return null;
    const registration = await navigator.serviceWorker.getRegistration("/");
    return (await registration?.pushManager?.getSubscription()) ?? null;
  }

  private async reflect(): Promise<void> {
    const on = (await this.subscription()) !== null;
    for (const button of document.querySelectorAll<HTMLElement>("[data-notify-on]")) button.hidden = on;
    for (const button of document.querySelectorAll<HTMLElement>("[data-notify-off]")) button.hidden = !on;
  }
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

// A notification that was shown by the browser and clicked asks its tab to go there; where it is already, it stays.
navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent<{ open?: string; read?: string }>) => {
  if (data.open && data.open !== location.pathname) location.assign(data.open);
  if (data.read) void post(data.read);
});

define("tamada-notify", Notify);
