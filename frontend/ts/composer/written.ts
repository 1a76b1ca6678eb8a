// What a composer holds: as the server sends it back, and as the form fields it is sent in.
import { joinAddresses } from "./addresses.ts";
import type { Composer } from "./composer.ts";
import type { Uploaded } from "./upload.ts";

export interface Written {
  html?: string;
  text?: string;
  kind?: string;
  to?: string | string[];
  cc?: string | string[];
  bcc?: string | string[];
  subject?: string;
  client_id?: string;
  /** The macros used and the steps still to be taken, as JSON (`macros.ts`). */
  macro?: string;
  /** What stands below (`forward:12`, `reply:12`, ""), and the line that says so. */
  cite?: string;
  cited?: string;
  attachments?: Uploaded[];
}

/** What comes back when a message is taken back: the draft, and the words of that message alone; of a merge: what parted. */
export interface Undone extends Written {
  conversation?: string;
  withdrawn?: string;
  last_seen?: string;
  undone?: string;
  version?: string;
  parted?: string[];
}

/** Everything that is written, as the server's form fields. */
export function collect(composer: Composer): FormData {
  const data = new FormData();
  const subject = composer.form.elements.namedItem("subject");
  // A new conversation has an inbox to leave from, and a draft that is told by its id; one that is there may go on over another channel.
  for (const name of ["inbox", "draft", "via"]) {
    const field = composer.form.elements.namedItem(name);
    if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) data.set(name, field.value);
  }
  data.set("kind", composer.kind);
  data.set("html", composer.editor.html);
  data.set("text", composer.kind === "note" ? composer.note.value : composer.editor.text);
  data.set("subject", subject instanceof HTMLInputElement ? subject.value : "");
  data.set("cite", composer.cited.value);
  data.set("macro", composer.macros.value);
  data.set("client_id", composer.clientId);
  data.set("last_seen", composer.getAttribute("last-seen") ?? "");
  for (const [name, addresses] of composer.addresses.values) data.set(name, joinAddresses(addresses));
  for (const { id, name } of composer.uploads.named) {
    data.append("attachments", id);
    data.append("attachment_names", name);
  }
  for (const id of composer.mentions.idsIn(composer.note.value)) data.append("mentions", id);
  return data;
}

export function setSubject(form: HTMLFormElement, subject: string): void {
  setField(form, "subject", subject);
}

export function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}
