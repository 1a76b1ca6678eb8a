// A thin line at the top while something a person asked for takes long (the style sheet waits 400 ms before showing it).

let busy = 0;

export function working(change: 1 | -1): void {
  busy = Math.max(0, busy + change);
  document.body.toggleAttribute("data-busy", busy > 0);
}

document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>).detail;
  if (elt.matches("[data-live]")) return;
  working(1);
  // An element that is gone by then, as a dialog's, tells the page of no end; its request does.
  xhr.addEventListener("loadend", () => working(-1));
});
