// What a composer holds: as the server sends it back, and as the form fields it is sent in.
import { joinAddresses } from "./addresses.ts";
import type { Composer } from "./composer.ts";

export interface Written {
  html?: string;
  text?: string;
  kind?: string;
  to?: string | string[];
  cc?: string | string[];
  bcc?: string | string[];
  subject?: string;
  client_id?: string;
  attachments?: { id: string; name: string; size: number; type: string; url: string }[];
}

/** Everything that is written, as the server's form fields. */
export function collect(composer: Composer): FormData {
  const data = new FormData();
  const subject = composer.form.elements.namedItem("subject");
  data.set("kind", composer.kind);
  data.set("html", composer.editor.html);
  data.set("text", composer.kind === "note" ? composer.note.value : composer.editor.text);
  data.set("subject", subject instanceof HTMLInputElement ? subject.value : "");
  data.set("client_id", composer.clientId);
  data.set("last_seen", composer.getAttribute("last-seen") ?? "");
  for (const [name, addresses] of composer.addresses.values) data.set(name, joinAddresses(addresses));
  for (const id of composer.uploads.ids) data.append("attachments", id);
  return data;
}

export function setSubject(form: HTMLFormElement, subject: string): void {
  const field = form.elements.namedItem("subject");
  if (field instanceof HTMLInputElement) field.value = subject;
}
