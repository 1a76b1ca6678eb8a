// Bundles ts/ and css/ with esbuild into ../src/tamada/assets: hashed names and manifest.json.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/tamada/assets");
const watching = process.argv.includes("--watch");
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  sourcemap: watching,
  target: ["chrome123", "firefox128", "safari17.5"],
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};
const pages = {
  ...common,
  entryPoints: { app: "ts/app.ts", "app-styles": "css/app.css", "mail-styles": "css/mail.css" },
  outdir: out,
  format: "esm",
  splitting: true,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
};
// A worker's address is its identity, so it keeps its name.
const worker = { ...common, entryPoints: { sw: "ts/sw.ts" }, outdir: out, format: "iife" };

// The widget stands in pages of others: its styles travel as text in its scripts, for browsers older than the desk's.
const sheets = {
  name: "sheets",
  setup: (build) =>
    build.onLoad({ filter: /[\\/]widget[\\/].*\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: guests });
      return { contents: code.trim(), loader: "text" };
    }),
};
const guests = ["chrome100", "firefox102", "safari16.4"];
const visitors = { ...common, outdir: out, target: guests, plugins: [sheets], charset: "utf8" };
const panel = {
  ...visitors,
  entryPoints: ["ts/widget/widget-panel.ts", "ts/widget/widget-contact.ts"],
  format: "esm",
  splitting: true,
  entryNames: "[name]-[hash]",
  chunkNames: "widget-[name]-[hash]",
};
// Customers read the help centre on whatever they have.
const readers = { ...pages, entryPoints: { help: "ts/help/help.ts", "help-styles": "css/help.css" }, target: guests };
// Its address is in the pages of others, so it keeps its name; it knows the names of what it loads later.
const loader = (names) => ({
  ...visitors,
  entryPoints: { widget: "ts/widget/widget.ts" },
  format: "iife",
  define: { PANEL_FILE: JSON.stringify(names["widget-panel.js"]), CONTACT_FILE: JSON.stringify(names["widget-contact.js"]) },
});

async function widget() {
  const later = await esbuild.build(panel);
  return [later, await esbuild.build(loader(manifestOf(later)))];
}

function manifestOf(...results) {
  const names = {};
  for (const { metafile } of results)
    for (const [path, output] of Object.entries(metafile.outputs)) {
      const file = basename(path);
      if (output.entryPoint) names[basename(output.entryPoint).replace(/\.ts$/, ".js")] = file;
      else if (file.endsWith(".woff2")) names[file.replace(/-[A-Z0-9]{8}(?=\.)/, "")] = file;
    }
  return names;
}

// Icons: one hand-kept sprite. Images: copied. Both with the hash of their bytes in the name.
function copyHashed(source, names) {
  const bytes = readFileSync(source);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const file = basename(source).replace(/(\.\w+)$/, `-${hash}$1`);
  writeFileSync(join(out, file), bytes);
  names[basename(source)] = file;
}

function finish(...results) {
  const names = manifestOf(...results);
  for (const folder of ["icons", "images"])
    for (const file of listing(join(here, folder))) copyHashed(file, names);
  writeFileSync(join(out, "manifest.tmp"), JSON.stringify(names, null, 1));
  renameSync(join(out, "manifest.tmp"), join(out, "manifest.json"));
  return names;
}

// A server that runs on the last build goes on using its files: they are removed an hour later.
function prune(fresh) {
  const old = (path) => Date.now() - statSync(path).mtimeMs > 3_600_000;
  const ours = new Set([...fresh, "manifest.json", ".stamp"]);
  for (const path of listing(out)) if (!ours.has(basename(path)) && old(path)) rmSync(path);
}

function listing(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

if (watching) {
  const rebuilt = {
    name: "manifest",
    setup: (build) => build.onEnd((result) => result.errors.length || (finish(result, ...still), console.log("built"))),
  };
  mkdirSync(out, { recursive: true });
  const still = [await esbuild.build(worker), await esbuild.build(readers), ...(await widget())];
  await (await esbuild.context({ ...pages, plugins: [rebuilt] })).watch();
} else {
  mkdirSync(out, { recursive: true });
  const results = (await Promise.all([esbuild.build(pages), esbuild.build(readers), esbuild.build(worker), widget()])).flat();
  const names = finish(...results);
  prune(new Set([...Object.values(names), ...results.flatMap(({ metafile }) => Object.keys(metafile.outputs).map((path) => basename(path)))]));
  for (const path of listing(out).filter((name) => /\.(js|css|svg)$/.test(name)))
    console.log(relative(out, path), `${(gzipSync(readFileSync(path)).length / 1024).toFixed(1)} KB gzipped`);
}
