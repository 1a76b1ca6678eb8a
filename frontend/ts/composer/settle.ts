// Trix draws with the next frame: what that would keep from whoever is quicker.

interface Typing extends HTMLElement {
  editorController?: { inputController: { render?(): void; scheduledRender?: number | null } };
}

/** Trix writes into its field with the next frame; whoever reads the field wants the letter before it too. */
export function settle(editor: HTMLElement): void {
  (editor as Typing).editorController?.inputController.render?.();
}

/** Trix takes the focus as it draws; whoever typed a letter and went on to a field or a button within that frame stays there. */
export function letGo(editor: HTMLElement): void {
  editor.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof HTMLElement) || !(editor as Typing).editorController?.inputController.scheduledRender) return;
    // Asked for after Trix asked for its own: in the same frame, and after it.
    requestAnimationFrame(() => {
      if (document.activeElement === editor) relatedTarget.focus();
    });
  });
}
