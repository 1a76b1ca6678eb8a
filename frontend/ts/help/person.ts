// The ways from the pages to a person: what was tried goes along, and the chat's button shows once the chat is there.
import { tried } from "./tried.ts";

type Chat = { open(given?: { text?: string }): void; push(...calls: unknown[][]): void };
const site = window as unknown as { Tamada?: Chat | unknown[][] };

export function person(): void {
  document.addEventListener("click", ({ target }) => {
    const link = (target as Element).closest<HTMLAnchorElement>("a[data-request]");
    if (link) link.href = withTried(link.href);
  });
  const button = document.querySelector<HTMLElement>("help-chat");
  if (!button) return;
  if (document.querySelector("[data-nothing]")) (site.Tamada ??= []).push(["emptySearch"]);
  const ready = (): void => {
    if (!site.Tamada || Array.isArray(site.Tamada)) return;
    button.hidden = false;
    button.onclick = () => (site.Tamada as Chat).open({ text: button.querySelector("button")?.dataset["words"] || tried().words });
  };
  document.addEventListener("tamada:ready", ready);
  ready();
}

function withTried(address: string): string {
  const url = new URL(address);
  const { words, read } = tried();
  if (words && !url.searchParams.get("q")) url.searchParams.set("q", words);
  const all = new Set([...read, ...(url.searchParams.get("article") ?? "").split(",").filter(Boolean)]);
  if (all.size) url.searchParams.set("article", [...all].join(","));
  return url.href;
}
