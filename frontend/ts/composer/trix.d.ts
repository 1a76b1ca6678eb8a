// What we use of Trix, which brings no types.
declare module "trix" {
  interface BlockAttribute {
    tagName: string;
    terminal?: boolean;
    breakOnReturn?: boolean;
    group?: boolean;
  }
  const Trix: {
    config: {
      attachments: { preview: { caption: { name: boolean; size: boolean } } };
      lang: { captionPlaceholder: string };
      blockAttributes: Record<string, BlockAttribute>;
    };
    elements: { TrixToolbarElement: CustomElementConstructor; TrixEditorElement: CustomElementConstructor };
  };
  export default Trix;
}
