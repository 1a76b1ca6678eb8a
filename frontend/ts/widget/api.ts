// Requests to the inbox's server: never with cookies, always with a deadline; what was refused says why.
import { solve } from "./proof.ts";

const DEADLINE = 20_000;

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly reason: string,
    /** Seconds to wait before asking again; 0 when the server named none. */
    readonly wait: number,
    readonly challenge?: { text: string; bits: number },
  ) {
    super(`${status} ${code}`);
    this.name = "Refused";
  }

  /** Whether the same request may be accepted later. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Whether it was refused. The panel is a bundle of its own, with a class of its own: the name tells, not the class. */
export function isRefused(error: unknown): error is Refused {
  return error instanceof Error && error.name === "Refused";
}

/** Whether there is no such conversation of this visitor's. */
export function isGone(error: unknown): boolean {
  return isRefused(error) && error.code === "conversation";
}

export class Api {
  token = "";
  language = "en";
  /** Told of each answer, and of each request that found no server. */
  onReach: (reached: boolean) => void = () => {};

  constructor(readonly origin: string) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>("GET", path);
  }

  /** Ask as the current visitor, or as the one of `token`; `body` is JSON or a form. Work that the server asks for is done. */
  async ask<T>(method: string, path: string, body?: unknown, token = this.token): Promise<T> {
    for (let proof = "", tries = 0; ; tries++) {
      try {
        return await this.once<T>(method, path, body, token, proof);
      } catch (error) {
        if (!isRefused(error) || !error.challenge || tries > 1) throw error;
        const { text, bits } = error.challenge;
        proof = `${text}:${await solve(`${text}:`, bits)}`;
      }
    }
  }

  open(path: string, options: RequestInit): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": this.language, ...(options.headers as Record<string, string>) };
    return fetch(`${this.origin}/widget/v1/${path}`, { mode: "cors", credentials: "omit", cache: "no-store", ...options, headers });
  }

  private async once<T>(method: string, path: string, body: unknown, token: string, proof: string): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (proof) headers["Tamada-Proof"] = proof;
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers["Content-Type"] = "application/json";
    const leave = new AbortController();
    const timer = setTimeout(() => leave.abort(), form ? DEADLINE * 15 : DEADLINE);
    try {
      const content = body === undefined ? null : form ? body : JSON.stringify(body);
      const response = await this.open(path, { method, headers, body: content, signal: leave.signal });
      const refused = response.ok ? undefined : await refusal(response);
      // Where only files can't be kept, words can.
      this.onReach(response.status < 500 || refused?.code === "store");
      if (refused) throw refused;
      return (response.status === 204 ? undefined : await response.json()) as T;
    } catch (error) {
      if (!isRefused(error)) this.onReach(false);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function refusal(response: Response): Promise<Refused> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string; challenge?: { text: string; bits: number } };
  const wait = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, problem.code ?? "", problem.detail ?? problem.title ?? "", wait, problem.challenge);
}

/** What will be tried again anyway may fail: a lost network, a refusal that the next request meets too. */
export async function quietly(work: Promise<unknown>, refused: (error: Refused) => void = () => {}): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (isRefused(error)) return refused(error);
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}

/** A fresh id; `crypto.randomUUID` is missing on plain HTTP. */
export function freshId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
