// Builds the console. In: collector/web. Out: in the given folder index.html, a script with what it shares with later ones, a
// style sheet, and what is loaded on demand, in files whose names carry their contents' hash, so that browsers may keep
// them for ever.
// No network, no step besides.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '..');
const assets = 'assets';

/** Resolves to the source files that are in it, relative to the checkout. */
export async function buildWeb(outDir: string): Promise<readonly string[]> {
  const folder = join(outDir, assets);
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['collector/web/main.tsx', 'collector/web/style/console.css'],
    outbase: 'collector/web',
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    bundle: true,
    format: 'esm',
    target: ['es2022', 'chrome116', 'firefox117', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  const script = outputOf(metafile, 'collector/web/main.tsx');
  const style = outputOf(metafile, 'collector/web/style/console.css');
  const shared = importsOf(metafile, script).map(
    (name) => `<link rel="modulepreload" href="/${assets}/${name}">\n`,
  );
  await writeFile(join(outDir, 'index.html'), page(script, style, shared.join('')));
  await removeOld(
    folder,
    Object.keys(metafile.outputs).map((path) => basename(path)),
  );
  return Object.keys(metafile.inputs);
}

function outputOf(metafile: Metafile, entryPoint: string): string {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`build of the console gave nothing for ${entryPoint}`);
  return basename(found[0]);
}

/** What a script needs at once, in its own files because later ones need it, too: fetched beside it, not after it. */
function importsOf({ outputs }: Metafile, script: string): readonly string[] {
  const made = Object.entries(outputs).find(([path]) => basename(path) === script)?.[1];
  return (made?.imports ?? [])
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => basename(path));
}

/** What an earlier build left would otherwise pile up. */
async function removeOld(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const isKept = kept.some((file) => name === file || name === `${file}.LEGAL.txt`);
    if (!isKept && /\.(js|css|LEGAL\.txt)$/.test(name)) await rm(join(folder, name));
  }
}

function page(script: string, style: string, preloads: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>jidi</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/${assets}/${style}">
${preloads}<script type="module" src="/${assets}/${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>This console needs JavaScript. The same data is under /api/v1 and in the jidi command.</noscript>
</body>
</html>
`;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cg fill='%231f6feb'%3E" +
  "%3Crect x='3' y='13' width='4.500' height='8' rx='1.200'/%3E%3Crect x='9.750' y='8' width='4.500' height='13' rx='1.200'/%3E" +
  "%3Crect x='16.500' y='3' width='4.500' height='18' rx='1.200'/%3E%3C/g%3E%3C/svg%3E";
