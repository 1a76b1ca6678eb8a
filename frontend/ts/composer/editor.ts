// Trix for replies, in our own toolbar. Its style sheet is ours (css/components/editor.css).
import Trix from "trix";
import { define } from "../lib/element.ts";
import "./captions.ts";
import type { Composer } from "./composer.ts";
import { letGo, settle } from "./settle.ts";

// By itself it starts a moment after its script; letters typed in that moment would be the desk's keys.
define("trix-toolbar", Trix.elements.TrixToolbarElement);
define("trix-editor", Trix.elements.TrixEditorElement);

interface TrixEditor extends HTMLElement {
  value: string;
  editor?: {
    loadHTML(html: string): void;
    insertHTML(html: string): void;
    insertString(text: string): void;
    attributeIsActive(name: string): boolean;
    activateAttribute(name: string): void;
    deactivateAttribute(name: string): void;
    getSelectedRange(): [number, number];
    setSelectedRange(range: number | [number, number]): void;
    recordUndoEntry(description: string): void;
    getDocument(): { toString(): string; isEmpty(): boolean };
  };
}

export interface Editor {
  html: string;
  readonly text: string;
  readonly isEmpty: boolean;
  /** What stands before the caret (or what is selected), and after it. */
  readonly around: [string, string];
  readonly element: HTMLElement;
  focus(): void;
  focusEnd(): void;
  append(html: string): void;
  insert(text: string): void;
  insertHtml(html: string): void;
  replace(html: string): void;
}

/** Replace the plain field of the reply by the editor; its text was the fallback without scripts. */
export function buildEditor(composer: Composer): Editor {
  const place = composer.querySelector<HTMLElement>("[data-rich]");
  const field = place?.querySelector("textarea");
  const hidden = composer.querySelector<HTMLInputElement>('input[name="html"]');
  if (!place || !field || !hidden) throw new Error("The composer's markup lacks [data-rich] or the field html.");
  const toolbar = wrapToolbar(composer);
  const element = document.createElement("trix-editor") as TrixEditor;
  hidden.value ||= asHtml(field.value);
  element.setAttribute("input", hidden.id);
  element.setAttribute("toolbar", toolbar.id);
  element.setAttribute("placeholder", field.placeholder);
  element.setAttribute("aria-label", field.getAttribute("aria-label") ?? "");
  place.replaceChildren(element);
  // Before Trix, which knows the letters of one layout only and no toolbar that is hidden.
  element.addEventListener("keydown", (event) => formatByKey(composer, element, event), { capture: true });
  letGo(element);
  keepCaret(element);
  return {
    element,
    get html() {
      settle(element);
      return hidden.value;
    },
    set html(html: string) {
      // Until it is in the page Trix has no editor, and then takes what stands in the field.
      if (element.editor) element.editor.loadHTML(html);
      else hidden.value = html;
    },
    get text() {
      return element.editor?.getDocument().toString().trim() ?? "";
    },
    get isEmpty() {
      return !element.editor?.getDocument().toString().trim();
    },
    get around(): [string, string] {
      const { editor } = element;
      if (!editor) return ["", ""];
      const text = editor.getDocument().toString();
      const [from, to] = editor.getSelectedRange();
      return [text.slice(0, from), text.slice(to)];
    },
    focus: () => element.focus(),
    focusEnd() {
      element.focus();
      settle(element);
      element.editor?.setSelectedRange(element.editor.getDocument().toString().length - 1);
    },
    append(html: string) {
      const { editor } = element;
      if (!editor) return void (hidden.value += html);
      editor.setSelectedRange(editor.getDocument().toString().length - 1);
      editor.insertHTML(html);
      editor.setSelectedRange(0);
    },
    insert: (text: string) => element.editor?.insertString(text),
    insertHtml: (html: string) => element.editor?.insertHTML(html),
    replace(html: string) {
      const { editor } = element;
      if (!editor) return void (hidden.value = html);
      editor.recordUndoEntry("Replace");
      editor.setSelectedRange([0, editor.getDocument().toString().length - 1]);
      editor.insertHTML(html);
    },
  };
}

/** Where the focus comes back from a menu the caret is where it was, and not at the beginning: what was chosen goes in there. */
function keepCaret(element: TrixEditor): void {
  let left: [number, number] | undefined;
  element.addEventListener("focusout", () => (left = element.editor?.getSelectedRange()));
  element.addEventListener("pointerdown", () => (left = undefined));
  element.addEventListener("focusin", () => {
    const { editor } = element;
    if (left && editor && left[1] < editor.getDocument().toString().length) editor.setSelectedRange(left);
  });
}

/** Ctrl/⌘ B and I format on every layout, and show with what else one can. */
function formatByKey(composer: Composer, { editor }: TrixEditor, event: KeyboardEvent): void {
  const attribute = { KeyB: "bold", KeyI: "italic" }[event.code];
  if (!attribute || !editor || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const toolbar = composer.querySelector<HTMLElement>("[data-format]");
  if (toolbar?.hidden) composer.querySelector<HTMLElement>("[data-format-toggle]")?.click();
  if (editor.attributeIsActive(attribute)) editor.deactivateAttribute(attribute);
  else editor.activateAttribute(attribute);
}

function wrapToolbar(composer: Composer): HTMLElement {
  const place = composer.querySelector<HTMLElement>("[data-format]");
  const toolbar = document.createElement("trix-toolbar");
  toolbar.id = `${composer.id}-toolbar`;
  toolbar.append(...(place?.childNodes ?? []));
  place?.append(toolbar);
  const toggle = composer.querySelector<HTMLElement>("[data-format-toggle]");
  toggle?.addEventListener("click", () => {
    if (!place) return;
    place.hidden = !place.hidden;
    toggle.ariaPressed = String(!place.hidden);
  });
  return toolbar;
}

function asHtml(text: string): string {
  const safe = Object.assign(document.createElement("div"), { textContent: text });
  return safe.innerHTML.replace(/\n/g, "<br>");
}
