// Server-sent events read from a fetch: unlike EventSource it shows heartbeats (comments), status codes and every event name.
import type { StreamEvent } from "./events.ts";

/** Read one stream to its end; `onBeat` is called at every byte. Rejects when the connection breaks. */
export async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: StreamEvent) => void, onBeat: () => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBeat();
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event) onEvent(event);
    }
  }
}

/** One block of lines as an event, of the type `message` for an id alone; undefined for comments and empty ones. */
export function parse(block: string): StreamEvent | undefined {
  let id: string | undefined;
  let type = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "id") id = value;
    else if (field === "event") type = value;
    else if (field === "data") data.push(value);
  }
  if (!data.length && type === "message" && id === undefined) return undefined;
  const content = data.length ? (JSON.parse(data.join("\n")) as Record<string, unknown>) : {};
  // A stored event comes in an envelope {id, type, at, actor, data}; a passing one is its own content.
  const inner = content["data"];
  return { id, type, data: id !== undefined && isRecord(inner) ? inner : content };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
