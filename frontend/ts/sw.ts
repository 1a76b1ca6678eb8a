// The service worker: shows what is pushed while no tab does, and opens it. It caches nothing, so it can never be stale.
// A push brings JSON: {title, body, url, tag, count}.
/// <reference lib="webworker" />

interface Pushed {
  title: string;
  body?: string;
  url?: string;
  tag?: string;
  count?: number;
}

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => {
  const pushed = event.data?.json() as Pushed | undefined;
  if (pushed) event.waitUntil(show(pushed));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage((event.notification.data as { url: string }).url));
});

async function show({ title, body = "", url = "/", tag = url, count }: Pushed): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window" });
  // Who is looking at the desk sees it there.
  if (pages.some((page) => page.focused)) return;
  const icon = navigator as { setAppBadge?: (count: number) => Promise<void> };
  if (count !== undefined) await icon.setAppBadge?.(count);
  await worker.registration.showNotification(title, { body, tag, data: { url } });
}

async function openPage(url: string): Promise<void> {
  const [page] = await worker.clients.matchAll({ type: "window" });
  if (!page) return void (await worker.clients.openWindow(url));
  await page.focus();
  page.postMessage({ open: url });
}
