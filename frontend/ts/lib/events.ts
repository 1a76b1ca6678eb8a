// What the stream brings, and which topics an event touches (see `data-live` in the README).

export interface StreamEvent {
  /** The stored event's id; undefined for ephemeral ones (presence, typing). */
  id?: string | undefined;
  type: string;
  data: Record<string, unknown>;
}

/** Every topic this event touches, as `data-live` writes them. */
export function topicsOf({ id, type, data }: StreamEvent): Set<string> {
  const stored = id !== undefined;
  const topics = new Set<string>([type]);
  if (stored) topics.add("*").add(`${type.split(".")[0]}.*`);
  for (const [field, value] of Object.entries(data)) {
    const name = stored ? field.replace(/_ids?$/, "") : type;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== "string" && typeof one !== "number") continue;
      if (stored) topics.add(name);
      topics.add(`${name}:${one}`);
    }
  }
  return topics;
}

/** The value of `name` or `name_id` in the event, as text. */
export function valueOf(event: StreamEvent, name: string): string {
  const value = event.data[name] ?? event.data[`${name}_id`];
  return value === undefined || value === null ? "" : String(value);
}

export function onStream(handler: (event: StreamEvent) => void, signal?: AbortSignal): void {
  const options = signal ? { signal } : {};
  document.addEventListener("stream:event", (event) => handler((event as CustomEvent<StreamEvent>).detail), options);
}
