// What was typed last, in the field of a Trix editor.

interface Typing extends HTMLElement {
  editorController?: { inputController: { render?(): void } };
}

/** Trix writes into its field with the next frame; whoever reads the field wants the letter before it too. */
export function settle(editor: HTMLElement): void {
  (editor as Typing).editorController?.inputController.render?.();
}
