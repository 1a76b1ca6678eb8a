// Requests of our own beside htmx: same CSRF header, same events from `HX-Trigger`, one place that notices a lost session.
import { toast } from "./toast.ts";
import { word } from "./words.ts";

export class Refused extends Error {
  constructor(readonly response: Response) {
    super(`HTTP ${response.status}`);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Fetch with our headers. Network failures reject with TypeError as fetch does; a lost session leads to sign-in. */
export async function request(url: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("X-CSRFToken", csrfToken());
  headers.set("X-Requested-With", "fetch");
  const response = await fetch(url, { credentials: "same-origin", ...options, headers });
  if (response.status === 401 || (response.redirected && new URL(response.url).pathname.startsWith("/login"))) signedOut();
  const redirect = response.headers.get("HX-Redirect");
  if (redirect) location.assign(redirect);
  fireTriggers(response.headers.get("HX-Trigger"));
  return response;
}

/** POST and answer whether it worked; says what happened when it didn't. */
export async function post(url: string, body?: BodyInit): Promise<Response | undefined> {
  try {
    const response = await request(url, { method: "POST", body: body ?? null });
    if (response.ok) return response;
    toast({ text: await reasonOf(response), kind: "error" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    toast({ text: word("failed"), kind: "error" });
  }
  return undefined;
}

/** Why the server refused, in its own words if it gave any. */
export async function reasonOf(response: Response): Promise<string> {
  if (response.status === 404) return refusal(404);
  const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
  const said = isJson ? ((await response.json()) as { toast?: string; detail?: string }) : {};
  return said.toast ?? said.detail ?? refusal(response.status);
}

/** The same by its number alone. */
export function refusal(status: number): string {
  if (status === 404) return word("gone");
  return status === 503 ? word("away") : word("refused", { status });
}

export function signedOut(): void {
  const next = encodeURIComponent(location.pathname + location.search);
  toast({ text: word("signed_out"), kind: "error" });
  window.setTimeout(() => location.assign(`/login?next=${next}`), 1200);
}

function fireTriggers(header: string | null): void {
  if (!header) return;
  const events = header.trim().startsWith("{")
    ? (JSON.parse(header) as Record<string, unknown>)
    : Object.fromEntries(header.split(",").map((name) => [name.trim(), null]));
  for (const [name, detail] of Object.entries(events)) document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}
