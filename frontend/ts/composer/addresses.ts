// To, Cc and Bcc: addresses as chips, with suggestions; what is no address is marked and stops the sending.
import { word } from "../lib/words.ts";
import type { Composer } from "./composer.ts";
import type { Written } from "./written.ts";
import { Suggest } from "./suggest.ts";

interface Known {
  address: string;
  name: string;
}

type Name = "to" | "cc" | "bcc";
const LOOKS_RIGHT = /^(?:[^<>]*<)?[^\s@<>,]+@[^\s@<>,]+\.[^\s@<>,]+>?$/u;

export class AddressFields {
  private readonly boxes: HTMLElement[];

  constructor(
    private readonly composer: Composer,
    private readonly changed: () => void,
  ) {
    this.boxes = [...composer.querySelectorAll<HTMLElement>("[data-address-field]")];
    for (const box of this.boxes) this.prepare(box);
    for (const more of composer.querySelectorAll<HTMLElement>("[data-address-more]"))
      more.addEventListener("click", () => this.unfold(more.dataset["addressMore"] as Name));
  }

  /** Each field's name and its addresses. */
  get values(): [Name, string[]][] {
    return this.boxes.map((box) => [nameOf(box), chips(box).map((chip) => chip.dataset["address"] ?? "")]);
  }

  focus(): void {
    const box = this.boxes.find((one) => nameOf(one) === "to");
    if (box) inputOf(box).focus();
  }

  /** Take what is still being typed as an address; only when sending, for a draft is saved in the middle of a word. */
  settle(): void {
    this.boxes.forEach((box) => this.take(box));
  }

  /** The first entry that is no address. */
  get wrong(): string | undefined {
    return this.values.flatMap(([, addresses]) => addresses).find((address) => !LOOKS_RIGHT.test(address));
  }

  fill(written: Written): void {
    for (const box of this.boxes) {
      const addresses = written[nameOf(box)];
      if (addresses === undefined) continue;
      chips(box).forEach((chip) => chip.remove());
      const list = typeof addresses === "string" ? splitAddresses(addresses) : addresses;
      list.forEach((address) => this.add(box, address));
      if (list.length) box.hidden = false;
    }
  }

  private prepare(box: HTMLElement): void {
    const input = inputOf(box);
    splitAddresses(box.dataset["value"] ?? "").forEach((address) => this.add(box, address));
    delete box.dataset["value"];
    const suggest = new Suggest<Known>(input, this.composer.getAttribute("address-url") ?? "", written, (known) => {
      input.value = "";
      this.add(box, written(known));
      this.changed();
    });
    input.addEventListener("input", (event) => (event.stopPropagation(), suggest.for(input.value.trim() || undefined)));
    input.addEventListener("focusout", () => window.setTimeout(() => this.take(box) && this.changed(), 200));
    input.addEventListener("keydown", (event) => this.pressed(event, box));
    box.addEventListener("click", (event) => event.target === box && input.focus());
  }

  private pressed(event: KeyboardEvent, box: HTMLElement): void {
    const input = inputOf(box);
    if (event.key === "Backspace" && !input.value) {
      chips(box).at(-1)?.remove();
      this.changed();
    } else if ((["Enter", ",", ";"].includes(event.key) || (event.key === " " && input.value.includes("@"))) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.take(box)) this.changed();
    }
  }

  /** Turn what is typed into chips. */
  private take(box: HTMLElement): boolean {
    const input = inputOf(box);
    const typed = splitAddresses(input.value);
    input.value = "";
    if (typed.length) input.dispatchEvent(new Event("input"));
    typed.forEach((address) => this.add(box, address));
    return typed.length > 0;
  }

  private add(box: HTMLElement, written: string): void {
    const address = written.trim();
    if (!address || chips(box).some((chip) => chip.dataset["address"]?.toLowerCase() === address.toLowerCase())) return;
    const chip = Object.assign(document.createElement("span"), { className: "tag", title: address });
    const [, name = "", email = address] = /^"?([^"<]+?)"?\s*(<.+>)$/.exec(address) ?? [];
    if (name) chip.append(Object.assign(document.createElement("span"), { className: "name", textContent: name }));
    chip.append(Object.assign(document.createElement("span"), { className: "email", textContent: email }));
    chip.dataset["address"] = address;
    chip.classList.toggle("bad", !LOOKS_RIGHT.test(address));
    const away = Object.assign(document.createElement("button"), { type: "button", textContent: "✕", ariaLabel: word("address.remove", { name: address }) });
    away.addEventListener("click", () => (chip.remove(), this.changed(), inputOf(box).focus()));
    chip.append(away);
    inputOf(box).before(chip);
  }

  private unfold(name: Name): void {
    const box = this.boxes.find((one) => nameOf(one) === name);
    if (!box) return;
    box.hidden = false;
    inputOf(box).focus();
  }
}

/** The addresses of one line. A comma inside a name ("Petrosyan, Davit <d@e.am>") parts nothing. */
export function splitAddresses(line: string): string[] {
  const parts = (line.match(/(?:"[^"]*"|[^,;\n])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
  return parts.reduce<string[]>((found, part) => {
    const before = found.at(-1);
    const goesOn = before !== undefined && !before.includes("@") && part.includes("<");
    return goesOn ? [...found.slice(0, -1), `${before}, ${part}`] : [...found, part];
  }, []);
}

/** One line for a form, names with signs that could part or end an address in quotes. */
export function joinAddresses(addresses: string[]): string {
  return addresses.map((address) => address.replace(/^([^"<]*[,;:@()[\]][^"<]*?)\s*</, '"$1" <')).join(", ");
}

function written({ address, name }: Known): string {
  const bare = name.replace(/[<>"\\]/g, " ").replace(/\s+/g, " ").trim();
  return bare ? `${bare} <${address}>` : address;
}

function nameOf(box: HTMLElement): Name {
  return box.dataset["addressField"] as Name;
}

function inputOf(box: HTMLElement): HTMLInputElement {
  return box.querySelector(":scope > input") as HTMLInputElement;
}

function chips(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-address]")];
}
