// @ in a note offers colleagues; whoever is mentioned is told and may read the conversation.
import type { Composer } from "./composer.ts";
import { Suggest } from "./suggest.ts";

interface Colleague {
  id: string;
  name: string;
  handle: string;
}

const BEGUN = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u;

export class Mentions {
  private readonly suggest: Suggest<Colleague>;
  private readonly chosen = new Map<string, string>();

  constructor(composer: Composer, url: string) {
    const field = composer.querySelector<HTMLTextAreaElement>("textarea[data-mentions]");
    if (!field || !url) throw new Error("The composer's markup lacks the field of notes or mention-url.");
    this.suggest = new Suggest(field, url, ({ name, handle }) => (name === handle ? name : `${name}  @${handle}`), (colleague) => this.insert(field, colleague));
    field.addEventListener("input", () => this.suggest.for(BEGUN.exec(before(field))?.[1]));
  }

  /** Who was picked and is still named: two colleagues may have one name, and names take endings. */
  idsIn(text: string): string[] {
    return [...this.chosen].filter(([, handle]) => text.includes(`@${handle}`)).map(([id]) => id);
  }

  private insert(field: HTMLTextAreaElement, { id, handle }: Colleague): void {
    this.chosen.set(id, handle);
    const begun = BEGUN.exec(before(field))?.[1] ?? "";
    const caret = field.selectionStart;
    field.setRangeText(`${handle} `, caret - begun.length, caret, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function before(field: HTMLTextAreaElement): string {
  return field.value.slice(0, field.selectionStart);
}
