// The service worker: shows what is pushed while no tab does, and opens it. It caches nothing, so it can never be stale.
// A push brings JSON: {title, body, lang, url, tag, count}.
/// <reference lib="webworker" />

interface Pushed {
  title: string;
  body?: string;
  lang?: string;
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

// The DOM's types lack what browsers have had for long.
interface Options extends NotificationOptions {
  renotify?: boolean;
}

async function show({ title, body = "", lang = "", url = "/", tag = url, count }: Pushed): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window" });
  // Who is looking at the desk sees it there.
  if (pages.some((page) => page.focused)) return;
  const icon = navigator as { setAppBadge?: (count: number) => Promise<void> };
  if (count !== undefined) await icon.setAppBadge?.(count);
  // News about the same takes the place of the last, and is news all the same.
  const options: Options = { body, lang, tag, renotify: true, data: { url } };
  await worker.registration.showNotification(title, options);
}

async function openPage(url: string): Promise<void> {
  // The tab that was used last comes first.
  const [page] = await worker.clients.matchAll({ type: "window" });
  if (!page) return void (await worker.clients.openWindow(url));
  page.postMessage({ open: url });
  await page.focus();
}
