// A picture is called what somebody calls it: its file's name and size would stand below it as words of the writer's.
import Trix from "trix";
import { word } from "../lib/words.ts";

Trix.config.attachments.preview.caption = { name: false, size: false };
Trix.config.lang.captionPlaceholder = word("picture.caption");
