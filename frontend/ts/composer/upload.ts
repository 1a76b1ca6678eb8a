// One file on its way to the server, with progress (which fetch cannot tell).
import { csrfToken } from "../lib/http.ts";
import { word } from "../lib/words.ts";

export interface Uploaded {
  id: string;
  name: string;
  size: number;
  type: string;
  url: string;
  /** It came with the message that is forwarded, and goes from the composer when that does. */
  cited?: boolean;
}

/** Upload one file; resolves with what the server made of it, rejects with a TypeError that says why. */
export function upload(url: string, file: File, inline: boolean, progress: (percent: number) => void): Promise<Uploaded> {
  return new Promise<Uploaded>((resolve, reject) => {
    const form = new FormData();
    form.set("file", file);
    if (inline) form.set("inline", "1");
    const call = new XMLHttpRequest();
    call.open("POST", url);
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.setRequestHeader("Accept", "application/json");
    call.upload.onprogress = (event) => event.lengthComputable && progress((100 * event.loaded) / event.total);
    call.onerror = () => reject(new TypeError(word("upload.failed", { name: file.name })));
    call.onload = () => (call.status < 300 ? resolve(JSON.parse(call.responseText) as Uploaded) : reject(new TypeError(reason(call, file.name))));
    call.send(form);
  });
}

function reason(call: XMLHttpRequest, name: string): string {
  const isJson = call.getResponseHeader("Content-Type")?.includes("json");
  const said = isJson ? (JSON.parse(call.responseText) as { detail?: string; errors?: { file?: string[] } }) : {};
  return said.errors?.file?.join(" ") ?? said.detail ?? word("upload.failed", { name });
}

/** The same form as the template filter `filesize_short`. */
export function sizeOf(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) [bytes, unit] = [bytes / 1024, unit + 1];
  return `${unit === 0 || bytes >= 10 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit] ?? ""}`;
}
