// The help centre's only script. Every page works without it; with it one finds while typing and answers in place.
import "./opinion.ts";
import "./search.ts";
import { person } from "./person.ts";
import { note } from "./tried.ts";
import { isElsewhere } from "../lib/zones.ts";

// Whose hour it is need not be said to who lives by the same clock.
for (const zone of document.querySelectorAll<HTMLElement>("[data-zone]")) zone.hidden = !isElsewhere(zone.dataset["zone"] ?? "", new Date().toISOString());
note();
person();
