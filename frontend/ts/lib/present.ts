// Draws who else is at a conversation into every <span data-presence="12">, and who is writing into [data-typing="12"].
// The stream says one change at a time: presence {conversation_id, agent_id, kind: viewing|typing|left, ttl in seconds}.
import { onStream, valueOf, type StreamEvent } from "./events.ts";
import { refreshSoon } from "./live.ts";
import { word } from "./words.ts";

const HOLD = 180_000;

interface Colleague {
  name: string;
  initials: string;
  hue: number;
}

let colleagues: Promise<Record<string, Colleague>> | undefined;
const timers = new Map<string, number>();

onStream((event) => {
  if (event.type === "presence") void changed(event);
  if (event.type === "visitor.typing") visitorTypes(event);
});

// Who chats with us types: visitor.typing {conversation_id, typing, ttl in seconds}.
function visitorTypes(event: StreamEvent): void {
  const conversation = valueOf(event, "conversation");
  const tell = (text: string): void => {
    for (const line of document.querySelectorAll(`[data-typing="${CSS.escape(conversation)}"]`)) line.textContent = text;
  };
  const key = `${conversation} visitor`;
  window.clearTimeout(timers.get(key));
  tell(event.data["typing"] === true ? word("visitor.typing") : "");
  timers.set(key, window.setTimeout(() => tell(""), Number(event.data["ttl"] ?? 6) * 1000));
}

async function changed(event: StreamEvent): Promise<void> {
  const [conversation, agent] = [valueOf(event, "conversation"), valueOf(event, "agent")];
  if (agent === document.querySelector("tamada-stream")?.getAttribute("scope")) return;
  const kind = String(event.data["kind"]);
  draw(conversation, agent, kind, await named(agent));
  const key = `${conversation} ${agent}`;
  window.clearTimeout(timers.get(key));
  if (kind === "left") return;
  // Typing ends by itself and leaves a reader. A reader is kept until he leaves; a browser that vanished says nothing,
  // so after some minutes the fragments around are asked for the truth.
  const ttl = kind === "typing" ? Number(event.data["ttl"] ?? 6) * 1000 : HOLD;
  const later = async (): Promise<void> => {
    if (kind === "typing") draw(conversation, agent, "viewing", await named(agent));
    else fragmentsOf(conversation).forEach(refreshSoon);
  };
  timers.set(key, window.setTimeout(() => void later(), ttl));
}

async function named(agent: string): Promise<Colleague> {
  colleagues ??= fetch("/colleagues", { credentials: "same-origin" }).then((response) => (response.ok ? response.json() : {}));
  const unknown = { name: "?", initials: "?", hue: 0 };
  return (await colleagues.catch(() => ((colleagues = undefined), {} as Record<string, Colleague>)))[agent] ?? unknown;
}

function slotsOf(conversation: string): Element[] {
  return [...document.querySelectorAll(`[data-presence="${CSS.escape(conversation)}"]`)];
}

function fragmentsOf(conversation: string): Element[] {
  return slotsOf(conversation).map((slot) => slot.closest("[data-live]")).filter((element) => element !== null);
}

function draw(conversation: string, agent: string, kind: string, colleague: Colleague): void {
  for (const slot of slotsOf(conversation)) {
    slot.querySelector(`[data-person="${CSS.escape(agent)}"]`)?.remove();
    if (kind !== "left") slot.append(avatar(agent, kind, colleague));
  }
  for (const line of document.querySelectorAll(`[data-typing="${CSS.escape(conversation)}"]`)) {
    const others = slotsOf(conversation)[0]?.querySelector<HTMLElement>('[data-state="typing"]');
    line.textContent = kind === "typing" ? word("typing", { name: colleague.name }) : (others?.title ?? "");
  }
}

function avatar(agent: string, kind: string, { name, initials, hue }: Colleague): HTMLElement {
  const element = document.createElement("span");
  element.className = "avatar tiny";
  Object.assign(element.dataset, { hue: String(hue), state: kind, person: agent });
  element.title = word(kind === "typing" ? "typing" : "viewing", { name });
  const letters = Object.assign(document.createElement("span"), { textContent: initials, ariaHidden: "true" });
  element.append(letters, Object.assign(document.createElement("span"), { className: "hush", textContent: element.title }));
  return element;
}
