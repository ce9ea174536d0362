// Runs benches: `npm run bench` all of them, `npm run bench NAME…` some, `npm run bench -- --list` none but tells what
// they claim. Each is one file bench/NAME.ts and runs in a process of its own, so that none warms up another.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const folder = join(import.meta.dirname, '../bench');
const deadlineMs = 120_000;

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .toSorted();
process.exitCode = main();

function main(): number {
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`no bench ${unknown.join(', ')}\nThere are: ${known.join(', ')}`);
    return 2;
  }
  const chosen = positionals.length === 0 ? known : positionals;
  const failed = chosen.filter((name) => {
    console.log(`\n${name}\n${claimOf(name)}\n`);
    return !values.list && !run(name);
  });
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

function run(name: string): boolean {
  const file = join(folder, `${name}.ts`);
  const { status, error } = spawnSync(process.execPath, [file], { stdio: 'inherit', timeout: deadlineMs });
  if (error !== undefined) console.error(`${name}: ${error.message}`);
  return status === 0;
}

/** The head comment of the file. */
function claimOf(name: string): string {
  const source = readFileSync(join(folder, `${name}.ts`), 'utf8');
  const head = /^(?:\/\/ .*\n)+/.exec(source)?.[0] ?? '';
  return head.replace(/^\/\/ /gm, '').trimEnd();
}
