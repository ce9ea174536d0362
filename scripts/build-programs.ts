// Bundles the programs, one file each. In: the folder for them. Out: the files, and what went into which of them.
// SQLite stays outside: it is a compiled add-on and lies beside the bundles in node_modules.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Bundle name → entry point. */
const agentPrograms: Readonly<Record<string, string>> = {
  'agent/jidi-agent': 'agent/main.ts',
  'agent/jidi-agent-daemon': 'agent/daemon/main.ts',
};
const otherPrograms: Readonly<Record<string, string>> = {
  'agent/jidi-survey': 'agent/survey/main.ts',
  'agent/jidi-profiler': 'agent/profiler/main.ts',
  'executor/jidi-executor': 'executor/main.ts',
  'collector/jidi-collector': 'collector/main.ts',
  'collector/jidi-store-writer': 'collector/store/threads/writer-thread.ts',
  'collector/jidi-store-reader': 'collector/store/threads/reader-thread.ts',
  'collector/jidi-profile-import': 'collector/import/import-thread.ts',
  'collector/jidi-profile-views': 'collector/query/profiles/views/view-thread.ts',
  'cli/jidi': 'cli/main.ts',
};

/** Files that lie beside the bundles as they are: place → source. */
const companions: Readonly<Record<string, string>> = {
  'executor/policy.json': 'executor/policy.json',
  'collector/function-classes.yaml': 'collector/query/profiles/function-classes.yaml',
};

/** File, relative to the folder, → the source files that are in it, relative to the checkout. */
export type BuiltFiles = ReadonlyMap<string, readonly string[]>;

export async function buildPrograms(out: string): Promise<BuiltFiles> {
  const built = [...(await bundle(agentPrograms, out)), ...(await bundle(otherPrograms, out))];
  for (const [place, source] of Object.entries(companions)) {
    mkdirSync(join(out, place, '..'), { recursive: true });
    copyFileSync(join(root, source), join(out, place));
    built.push([place, [source]]);
  }
  return new Map(built);
}

async function bundle(
  programs: Readonly<Record<string, string>>,
  out: string,
): Promise<[file: string, sources: readonly string[]][]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(programs).map(([name, entry]) => ({ in: entry, out: name })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['better-sqlite3'],
    // Packages written as CommonJS call require for Node's own modules.
    banner: {
      js: "import { createRequire as jidiRequire } from 'node:module'; const require = jidiRequire(import.meta.url);",
    },
    // Node keeps the text of a program for as long as it runs.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.entries(metafile.outputs).map(([path, { inputs }]) => [
    relative(out, join(root, path)),
    Object.keys(inputs),
  ]);
}
