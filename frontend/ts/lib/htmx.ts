// htmx, without eval and inline styles, and with `hx-swap="morph"` by idiomorph that disturbs nobody at work.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";
import { isTyping } from "./element.ts";
import { csrfToken, refusal, signedOut } from "./http.ts";
import { toast } from "./toast.ts";
import { word } from "./words.ts";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  defaultSettleDelay: 0,
  scrollBehavior: "auto",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

/** An element that stays as it is through every morph: an open composer, a playing frame. One whose script is still to come holds nothing yet. */
function isKept(old: Node, fresh: Node): boolean {
  return old instanceof Element && fresh instanceof Element && old.matches("[data-keep]:defined") && old.id === fresh.id;
}

/** What a person set by hand and the server doesn't know. */
function isByHand(attribute: string, element: Element): boolean {
  if (attribute === "open") return element instanceof HTMLDetailsElement || element instanceof HTMLDialogElement;
  if (attribute === "value" || attribute === "checked") return element instanceof HTMLInputElement && isTouched(element);
  return (attribute === "aria-current" && element.hasAttribute("data-row")) || attribute === "data-selecting";
}

function isTouched(input: HTMLInputElement): boolean {
  return input.matches("[data-select]") || input.value !== input.defaultValue || input.checked !== input.defaultChecked;
}

const callbacks = {
  beforeNodeMorphed: (old: Node, fresh: Node): boolean => {
    if (isKept(old, fresh)) {
      // It may take from what the server would draw what does not disturb.
      old.dispatchEvent(new CustomEvent("kept", { detail: fresh }));
      return false;
    }
    if (old instanceof HTMLTextAreaElement && old.value !== old.defaultValue) return false;
    return !(old instanceof HTMLInputElement && old.matches("[data-select]"));
  },
  beforeAttributeUpdated: (attribute: string, element: Element): boolean => !isByHand(attribute, element),
};

/** Make `target` (or, inner, its content) like `content`, touching only what differs. */
export function morph(target: Element, content: HTMLCollection | Node[], inner = false): Node[] {
  const morphStyle = inner ? "innerHTML" : "outerHTML";
  // Only a field's value is spared while it has the focus: with this, idiomorph leaves a button's or a thread's content too.
  const ignoreActiveValue = isTyping(document.activeElement);
  return Idiomorph.morph(target, content, { morphStyle, ignoreActiveValue, restoreFocus: true, callbacks }) as Node[];
}

htmx.defineExtension("morph", {
  isInlineSwap: (style: string) => style === "morph" || style === "morph:outerHTML",
  handleSwap: (style: string, target: Node, fragment: Node): boolean | Node[] => {
    if (!style.startsWith("morph") || !(target instanceof Element)) return false;
    return morph(target, (fragment as DocumentFragment).children, style === "morph:innerHTML");
  },
} as unknown as Parameters<typeof htmx.defineExtension>[1]);

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = (event as CustomEvent<{ xhr: XMLHttpRequest; elt: Element }>).detail;
  if (xhr.status === 401) return signedOut();
  if (elt.matches("[data-live]")) {
    if (xhr.status !== 404) return;
    if (elt.closest("#pane")) toast({ text: word("gone"), kind: "info" });
    return elt.remove();
  }
  // The server said it in its own words.
  if (xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
  toast({ text: refusal(xhr.status), kind: "error" });
});

document.addEventListener("htmx:sendError", (event) => {
  const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
  if (!elt.matches("[data-live]")) toast({ text: word("failed"), kind: "error" });
});

export { htmx };
