// What travels between the widget and its endpoints: see docs/widget.md.

export interface Config {
  key: string;
  name: string;
  language: string;
  texts: { title: string; greeting: string; away: string };
  open: boolean;
  opens_at: string | null;
  /** Seconds until `open` is no longer so. */
  changes_in: number | null;
  /** When it came, by this browser's clock. */
  came?: number;
  time_zone: string;
  hours: { weekday: number; from: string; until: string }[] | null;
  reply_seconds: number | null;
  /** Whether an assistant answers here at any hour. */
  assistant: boolean;
  /** Whether an answer could go out by e-mail. A configuration kept from before does not say it. */
  mails?: boolean;
  form: { name: "name" | "email"; required: boolean }[];
  files: { types: string[]; largest: number; most: number };
  largest_text: number;
  offers: Offer[];
  contacts: { type: string; value: string; label: string }[];
  theme: { color: string; side: "right" | "left" };
}

export interface Offer {
  id: string;
  when: "search_empty" | "same_page" | "form_pause";
  after: number;
  text: string;
}

export interface Visitor {
  id: string;
  user: string | null;
  name: string;
  email: string;
  language: string;
}

export interface Conversation {
  id: string;
  created_at: string;
  last_activity_at: string;
  last_seq: number;
  open: boolean;
  preview: string;
  /** Whose the last words are. Conversations kept from before do not say it. */
  last_kind?: Message["kind"];
  unread: number;
  got_seq: number;
  read_seq: number;
  seen_seq: number;
  agents: { name: string }[];
  /** Whether a person answers here, and no assistant. Conversations kept from before do not say it. */
  person?: boolean;
}

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
}

export interface Message {
  id: string;
  seq: number;
  kind: "in" | "out";
  client_id: string | null;
  author: { type: "visitor" | "agent" | "assistant" | "system"; name: string };
  text: string;
  language: string;
  attachments: Attachment[];
  created_at: string;
  /** What may be tapped instead of typed, while it is the last message. Messages kept from before have none. */
  choices?: string[];
  /** The article that it quotes; the last paragraph of the text names it as well. */
  source?: { title: string; url: string } | null;
}

/** What is shown of a conversation; `earlier`: the server holds older ones. */
export interface Thread {
  messages: Message[];
  earlier: boolean;
}

export interface Sent {
  message: Message;
  conversation: Conversation;
}

/** A message on its way: kept in the browser until the server has it. */
export interface Waiting {
  client_id: string;
  /** A conversation's id, or `new:…` for one that its first message will start. */
  thread: string;
  text: string;
  attachments: Attachment[];
  page: string;
  created_at: string;
  /** Whose words these are; empty until there is a visitor. */
  token: string;
  /** Why the server did not accept it; absent while it waits. */
  refused?: { code: string; reason: string };
}
