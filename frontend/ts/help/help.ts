// The help centre's only script. Every page works without it; with it one finds while typing and answers in place.
import "./opinion.ts";
import "./search.ts";
import { person } from "./person.ts";
import { note } from "./tried.ts";

note();
person();
