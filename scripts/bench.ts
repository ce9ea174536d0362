// Runs benches: `npm run bench` all that are over within two minutes, `npm run bench NAME…` some, `npm run bench -- --list`
// none but tells what they claim. Each is one file bench/NAME.ts and runs in a process of its own, so that none warms up
// another. One that takes longer says so in its head comment, `Deadline: 60 minutes.`, and is run only by its name; what
// follows a single name and is not ours is handed to it: `npm run bench agent -- --only jidi`.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const folder = join(import.meta.dirname, '../bench');
const usualDeadlineMs = 120_000;

const usage = `npm run bench                    all benches that are over within two minutes
npm run bench NAME…              these
npm run bench NAME -- FLAGS      one, with its own flags; e.g. npm run bench agent -- --help
npm run bench -- --list          none, but what each claims`;

const { names, own, isList } = readArguments(process.argv.slice(2));
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .toSorted();
process.exitCode = main();

function main(): number {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`no bench ${unknown.join(', ')}\nThere are: ${known.join(', ')}`);
    return 2;
  }
  const quick = known.filter((name) => deadlineOf(name) <= usualDeadlineMs);
  const failed = (names.length > 0 ? names : isList ? known : quick).filter((name) => {
    console.log(`\n${name}\n${claimOf(name)}\n`);
    return !isList && !run(name);
  });
  const long = known.filter((name) => !quick.includes(name));
  if (names.length === 0 && !isList && long.length > 0) {
    console.log(`\nThese take minutes and run by their name only: ${long.join(', ')}`);
  }
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

function run(name: string): boolean {
  const file = join(folder, `${name}.ts`);
  const { status, error } = spawnSync(process.execPath, [file, ...own], {
    stdio: 'inherit',
    timeout: deadlineOf(name),
  });
  if (error !== undefined) console.error(`${name}: ${error.message}`);
  return status === 0;
}

/** Names come first; from the first flag on everything is for the bench that is named. */
function readArguments(args: readonly string[]) {
  const from = args.findIndex((argument) => argument.startsWith('-'));
  const names = from < 0 ? args : args.slice(0, from);
  const rest = from < 0 ? [] : args.slice(from);
  if (names.length === 1) return { names, own: rest, isList: rest.includes('--list') };
  const no = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ args: [...rest], options: { list: no, help: { ...no, short: 'h' } } });
    if (!values.help) return { names, own: [], isList: values.list };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

function deadlineOf(name: string): number {
  const [, minutes] = /^\/\/ Deadline: (\d+) minutes\.$/m.exec(sourceOf(name)) ?? [];
  return minutes === undefined ? usualDeadlineMs : Number(minutes) * 60_000;
}

/** The head comment of the file. */
function claimOf(name: string): string {
  const head = /^(?:\/\/ .*\n)+/.exec(sourceOf(name))?.[0] ?? '';
  return head.replace(/^\/\/ /gm, '').trimEnd();
}

function sourceOf(name: string): string {
  return readFileSync(join(folder, `${name}.ts`), 'utf8');
}
