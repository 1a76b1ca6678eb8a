// What is fetched when the visitor opens the chat for the first time on a page.
import type { Chat } from "./chat.ts";
import type { Frame, Panel } from "./frame.ts";
import { ChatPanel } from "./panel/panel.ts";

export function build(frame: Frame, chat: Chat, close: () => void): Panel {
  return new ChatPanel(frame, chat, close);
}
