// What we use of Trix, which brings no types.
declare module "trix" {
  const Trix: {
    config: { attachments: { preview: { caption: { name: boolean; size: boolean } } } };
    elements: { TrixToolbarElement: CustomElementConstructor; TrixEditorElement: CustomElementConstructor };
  };
  export default Trix;
}
