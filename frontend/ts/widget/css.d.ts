declare module "*.css" {
  const text: string;
  export default text;
}
/** Names of files that the build writes: see build.mjs. */
declare const PANEL_FILE: string;
declare const CONTACT_FILE: string;
