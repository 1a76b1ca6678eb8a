// What was said, as this browser saw it last: shown while the server can't be reached. Sites share a small store with us
// (Safari gives 5 MB and empties it after a week), so it is little, and makes room for what waits to be sent.
import { SPARE, type Store } from "./store.ts";
import type { Conversation, Thread } from "./types.ts";

export const HISTORY = SPARE;
const CONVERSATIONS = 10;
const THREADS = 3;
const MESSAGES = 50;
const CHARACTERS = 60_000;

interface Kept {
  visitor: string;
  conversations: Conversation[];
  threads: Record<string, Thread>;
}

/** What is kept of this visitor's; nothing of another's. */
export function recall(store: Store, visitor: string | undefined): Kept | undefined {
  const kept = store.read<Kept>(HISTORY);
  return visitor && kept?.visitor === visitor ? kept : undefined;
}

/** Keep the newest of it, and less of that where it is long. */
export function keep(store: Store, visitor: string, list: Conversation[], threadOf: (id: string) => Thread | undefined): void {
  for (let most = MESSAGES; most > 2; most = Math.floor(most / 2)) {
    const kept: Kept = { visitor, conversations: list.slice(0, CONVERSATIONS), threads: {} };
    for (const { id } of list.slice(0, THREADS)) {
      const messages = threadOf(id)?.messages.slice(-most);
      if (messages?.length) kept.threads[id] = { messages, earlier: messages[0]!.seq > 1 };
    }
    const text = JSON.stringify(kept);
    if (text.length <= CHARACTERS) return store.set(HISTORY, text);
  }
  store.remove(HISTORY);
}
