// A field of formatted words in a form, such as a macro's: Trix in the place of its textarea, which stays without scripts.
//
//   <tamada-rich><textarea name="body">…</textarea><div data-format>…toolbar…</div></tamada-rich>
//
// With `upload-url` it is an article's: see article.ts. What `data-html` of the textarea holds is taken in place of its text.
import "trix";
import { define, TamadaElement } from "../lib/element.ts";
import { acceptPicture, configureArticles, offerPictures, storePicture } from "./article.ts";
import { letGo, settle } from "./settle.ts";

class Rich extends TamadaElement {
  protected enter(): void {
    const field = this.querySelector("textarea");
    const place = this.querySelector<HTMLElement>("[data-format]");
    if (!field || !place) return;
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: field.name, id: `${field.id}-html`, value: field.dataset["html"] ?? field.value });
    const toolbar = Object.assign(document.createElement("trix-toolbar"), { id: `${field.id}-toolbar` });
    toolbar.append(...place.childNodes);
    const editor = document.createElement("trix-editor");
    editor.id = field.id;
    editor.className = "input";
    editor.setAttribute("input", hidden.id);
    editor.setAttribute("toolbar", toolbar.id);
    for (const name of ["aria-describedby", "aria-invalid"]) if (field.hasAttribute(name)) editor.setAttribute(name, field.getAttribute(name) ?? "");
    editor.setAttribute("aria-label", this.text("label"));
    place.hidden = false;
    place.append(toolbar);
    this.files(editor);
    letGo(editor);
    if (field.form) this.listen(field.form, "submit", () => settle(editor), { capture: true });
    field.replaceWith(hidden, editor);
  }

  private files(editor: HTMLElement & { editor?: { insertFile(file: File): void } }): void {
    const url = this.text("upload-url");
    if (!url) return this.listen(editor, "trix-file-accept", (event) => event.preventDefault());
    configureArticles();
    this.listen(editor, "trix-file-accept", acceptPicture);
    this.listen(editor, "trix-attachment-add", (event) => storePicture(url, event as Event & { attachment: never }));
    const button = this.querySelector<HTMLElement>("[data-picture]");
    if (button) offerPictures(button, (file) => editor.editor?.insertFile(file));
  }
}

define("tamada-rich", Rich);
