// The widget's colours: light or dark as the site is, and an accent that stays readable on both.

export type Scheme = "light" | "dark";
type Rgb = [number, number, number];

const PAPER: Record<Scheme, Rgb> = { light: [255, 254, 252], dark: [34, 31, 29] };
const DEFAULT = "#9b2c3f";

/** Light or dark: what the page is painted in; where it is not painted, what it declares; then what the system wants. */
export function schemeOf(wish: string | null): Scheme {
  if (wish === "light" || wish === "dark") return wish;
  for (const element of [document.body, document.documentElement]) {
    const ground = parse(getComputedStyle(element).backgroundColor);
    if (ground) return luminance(ground) < 0.22 ? "dark" : "light";
  }
  const declared = getComputedStyle(document.documentElement).colorScheme;
  if (!declared.includes("dark")) return "light";
  return !declared.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Call when the site may have changed its colours: another class or theme attribute, or the system's wish. */
export function watchScheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-mode", "data-color-scheme", "data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

/** The accent as custom properties: the fill, the text on it, and the accent as text on paper. */
export function accentRule(accent: string | null | undefined, scheme: Scheme): string {
  const rgb = hex(accent ?? "") ?? hex(DEFAULT)!;
  const fill = scheme === "dark" ? towards(rgb, PAPER.dark, 3) : rgb;
  const on = contrast(fill, [255, 255, 255]) >= 4.5 ? "#fff" : contrast(fill, [20, 16, 14]) >= 4.5 ? "#14100e" : "#fff";
  return `--fill:${css(fill)};--on-fill:${on};--accent:${css(towards(rgb, PAPER[scheme], 4.6))}`;
}

/** Move a colour away from its ground until it stands out enough. */
function towards(colour: Rgb, ground: Rgb, enough: number): Rgb {
  const end = luminance(ground) < 0.2 ? 255 : 0;
  let moved = colour;
  for (let step = 1; step <= 20 && contrast(moved, ground) < enough; step++)
    moved = colour.map((part) => Math.round(part + ((end - part) * step) / 20)) as Rgb;
  return moved;
}

function contrast(one: Rgb, two: Rgb): number {
  const [dark, light] = [luminance(one), luminance(two)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function css(colour: Rgb): string {
  return `rgb(${colour.join(" ")})`;
}

function hex(text: string): Rgb | undefined {
  const long = /^#([\da-f]{3})$/i.test(text) ? text.replace(/[\da-f]/gi, "$&$&") : text;
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(long);
  return found ? (found.slice(1).map((part) => Number.parseInt(part, 16)) as Rgb) : undefined;
}

/** A computed colour; undefined where one sees through it. */
function parse(text: string): Rgb | undefined {
  const found = /^rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)(?:[,/ ]+([\d.]+))?\)/.exec(text);
  if (!found) return painted(text);
  return Number(found[4] ?? 1) > 0.5 ? (found.slice(1, 4).map(Number) as Rgb) : undefined;
}

/** One in a newer notation, as it is painted. A canvas costs a slow phone some ten milliseconds. */
function painted(text: string): Rgb | undefined {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  if (!pen) return undefined;
  pen.fillStyle = text;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b, alpha] = pen.getImageData(0, 0, 1, 1).data as unknown as [number, number, number, number];
  return alpha > 128 ? [r, g, b] : undefined;
}
