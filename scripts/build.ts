// Builds what is shipped: one file each for agent, profiler, executor and CLI, and the console, into build/.
// The collector runs from its sources' bundle beside node_modules, because SQLite comes as a compiled add-on.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildWeb } from './build-web.ts';

const root = join(import.meta.dirname, '..');
const out = join(root, 'build');

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

for (const folder of ['agent', 'executor', 'collector', 'cli', 'web']) {
  rmSync(join(out, folder), { recursive: true, force: true });
}
await bundle(agentPrograms);
await bundle(otherPrograms, ['better-sqlite3']);
copyFileSync(join(root, 'executor/policy.json'), join(out, 'executor/policy.json'));
const classes = 'function-classes.yaml';
copyFileSync(join(root, 'collector/query/profiles', classes), join(out, 'collector', classes));
await buildWeb(join(out, 'web'));
console.log(
  `built: ${[...Object.keys({ ...agentPrograms, ...otherPrograms }).map((name) => `${name}.mjs`), 'web'].map((name) => `build/${name}`).join(', ')}`,
);

async function bundle(
  programs: Readonly<Record<string, string>>,
  external: readonly string[] = [],
): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(programs).map(([name, entry]) => ({ in: entry, out: name })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: [...external],
    // Packages written as CommonJS call require for Node's own modules.
    banner: {
      js: "import { createRequire as jidiRequire } from 'node:module'; const require = jidiRequire(import.meta.url);",
    },
    // Node keeps the text of a program for as long as it runs.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    logLevel: 'warning',
  });
}
