// A thin line at the top while something a person asked for takes long (the style sheet waits 400 ms before showing it).

let busy = 0;

export function working(change: 1 | -1): void {
  busy = Math.max(0, busy + change);
  document.body.toggleAttribute("data-busy", busy > 0);
}

function isAskedFor(event: Event): boolean {
  return event.target instanceof Element && !event.target.matches("[data-live]");
}

document.addEventListener("htmx:beforeRequest", (event) => isAskedFor(event) && working(1));
document.addEventListener("htmx:afterRequest", (event) => isAskedFor(event) && working(-1));
