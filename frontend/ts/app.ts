// The desk's script: htmx with our morphing, then one custom element per behaviour. The composer loads where it is used.
import "./lib/htmx.ts";
import "./lib/busy.ts";
import "./lib/live.ts";
import "./lib/panes.ts";
import "./lib/popover.ts";
import "./elements/stream.ts";
import "./elements/shortcuts.ts";
import "./elements/palette.ts";
import "./elements/prefetch.ts";
import "./elements/thread.ts";
import "./elements/wait.ts";
import "./elements/due.ts";
import "./elements/presence.ts";
import "./elements/toasts.ts";
import "./elements/dialog.ts";
import "./elements/notify.ts";
import "./elements/mailframe.ts";
import "./elements/select.ts";
import "./elements/filter.ts";
import "./elements/theme.ts";
import "./elements/arrivals.ts";
import "./elements/colour.ts";
import "./elements/copy.ts";
import "./elements/answer.ts";
import "./elements/zone.ts";
import "./elements/rows.ts";
import "./elements/keeping.ts";
import "./elements/lacking.ts";
import "./elements/madeid.ts";
import { tellMore } from "./lib/more.ts";
import { whenSeen } from "./lib/element.ts";

whenSeen("tamada-composer", () => import("./composer/composer.ts"));
whenSeen("tamada-assist", () => import("./elements/assist.ts"));
whenSeen("tamada-rich", () => import("./composer/rich.ts"));
whenSeen("tamada-passkey", () => import("./elements/passkey.ts"));

document.querySelectorAll<HTMLElement>(".rail, .settings-nav").forEach(tellMore);

// A form that comes back opens at the first field in question, not at its top.
const wrong = document.querySelector<HTMLElement>(".form [aria-invalid=true]");
wrong?.focus({ preventScroll: true });
wrong?.closest(".field")?.scrollIntoView({ block: "center" });

// The browser's own time zone is the first one offered.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = document.querySelector("[data-zone]") && document.querySelector("#time-zones");
if (zone && zones) zones.prepend(new Option(zone, zone));

// <button data-print>Print</button>: recovery codes, kept on paper.
document.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("[data-print]")) window.print();
});
