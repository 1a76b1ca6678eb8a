// What we set of Trix, which brings no types.
declare module "trix" {
  const Trix: { config: { attachments: { preview: { caption: { name: boolean; size: boolean } } } } };
  export default Trix;
}
