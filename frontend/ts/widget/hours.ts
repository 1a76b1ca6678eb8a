// Whether somebody is there now. A page stays open past the hour at which that changes; the visitor's clock only measures.
import type { Config } from "./types.ts";

/** Milliseconds until it changes; below zero once it has. Undefined when it never does. */
export function turnsIn({ changes_in, came }: Config): number | undefined {
  return typeof changes_in === "number" && came !== undefined ? changes_in * 1000 - (Date.now() - came) : undefined;
}

/** Whether what is written now is only read later: nobody is there, and nothing answers by itself. */
export function isAway(config: Config): boolean {
  return !isOpen(config) && !config.assistant;
}

export function isOpen(config: Config): boolean {
  const left = turnsIn(config);
  return left !== undefined && left <= 0 ? !config.open : config.open;
}
