// Writes the record of a machine as a fixture: proc, sys, root, bin, outputs, statfs.json. In: the record, an anonymiser
// that knows the names. Out: folders and files below one folder, nothing else; links that would lead out of it are
// written as they are and lead nowhere.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ProgramResult } from '../../agent/host/programs.ts';
import type { Anonymiser } from './anonymiser.ts';
import { cleanFile, cleanOutput } from './clean-content.ts';
import type { MachineRecord } from './recording-host.ts';

const mostNames = 4096;

export function writeMachine(record: MachineRecord, folder: string, anonymiser: Anonymiser): void {
  const placeOf = (path: string): string => join(folder, roomOf(anonymiser.path(path)));
  for (const path of [...record.links.keys()].toSorted((a, b) => a.length - b.length)) {
    const target = anonymiser.path(record.links.get(path) ?? '');
    writeLink(record.placeOf(path), placeOf(path), { folder, target });
  }
  for (const [path, bytes] of record.files) writeContent(placeOf(path), cleanFile(path, bytes, anonymiser));
  for (const [path, names] of record.folders) {
    const seen = path === '/proc' ? [] : names.slice(0, mostNames);
    mkdirSync(placeOf(path), { recursive: true });
    for (const name of seen) writeName(record.placeOf(join(path, name)), placeOf(join(path, name)));
  }
  for (const [path, { changedMs, isFolder, isFile }] of record.facts) {
    if (isFolder || isFile) stand(placeOf(path), isFolder);
    if (isFile) utimesSync(placeOf(path), changedMs / 1000, changedMs / 1000);
  }
  writePrograms(record, folder, anonymiser);
  writeContent(join(folder, 'root/etc/passwd'), Buffer.from(passwdOf(record, anonymiser)));
  writeContent(join(folder, 'statfs.json'), Buffer.from(statfsOf(record, anonymiser)));
}

function roomOf(path: string): string {
  return /^\/(?:proc|sys)(?:\/|$)/.test(path) ? path : `/root${path}`;
}

interface LinkOptions {
  readonly folder: string;
  readonly target: string;
}

/** What stands behind a link is made first: files are written through it. */
function writeLink(from: string, place: string, { folder, target }: LinkOptions): void {
  mkdirSync(dirname(place), { recursive: true });
  if (isThere(place)) return;
  const behind = resolve(realpathSync(dirname(place)), target);
  const isInside = behind.startsWith(`${realpathSync(folder)}/`) && !target.startsWith('/');
  if (isInside && !existsSync(behind) && existsSync(from)) stand(behind, statSync(from).isDirectory());
  symlinkSync(target, place);
}

function writeContent(place: string, bytes: Buffer): void {
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
}

/** Names that were seen but not read stand as empty files or folders. Of processes only those that were read do. */
function writeName(from: string, place: string): void {
  const found = lstatSync(from, { throwIfNoEntry: false });
  if (found === undefined) return;
  const behind = found.isSymbolicLink() ? statSync(from, { throwIfNoEntry: false }) : found;
  stand(place, behind?.isDirectory() ?? false);
}

function stand(place: string, isFolder: boolean): void {
  if (isThere(place)) return;
  if (isFolder) mkdirSync(place, { recursive: true });
  else writeContent(place, Buffer.alloc(0));
}

function isThere(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false }) !== undefined;
}

/** One script per program, which prints what the program printed for the same arguments. */
function writePrograms({ runs, streams }: MachineRecord, folder: string, anonymiser: Anonymiser): void {
  for (const program of new Set([...runs.keys(), ...streams.keys()])) {
    const cases: string[] = [];
    const keep = (text: string): string => {
      const name = `${program}-${cases.length + 1}.txt`;
      writeContent(join(folder, 'outputs', name), Buffer.from(cleanOutput(program, text, anonymiser)));
      return `"$folder/outputs/${name}"`;
    };
    for (const [words, result] of runs.get(program) ?? []) {
      cases.push(`  ${pattern(words, anonymiser)}) ${answer(result, keep)} ;;`);
    }
    for (const [words, document] of streams.get(program) ?? []) {
      const output = keep(document.toString('utf8'));
      cases.push(`  ${pattern(words, anonymiser)}) while cat ${output}; do sleep 1 >/dev/null; done ;;`);
    }
    if (cases.length > 0) writeScript(join(folder, 'bin', program), cases);
  }
}

function pattern(words: string, anonymiser: Anonymiser): string {
  return `'${anonymiser.text(words).replaceAll("'", "'\\''")}'`;
}

function answer({ stdout, stderr, exitCode }: ProgramResult, keep: (text: string) => string): string {
  const errors = stderr === '' ? '' : `cat ${keep(stderr)} >&2; `;
  return `cat ${keep(stdout)}; ${errors}exit ${exitCode}`;
}

function writeScript(place: string, cases: readonly string[]): void {
  const text = `#!/bin/sh\n# Prints what this program printed when the machine was captured.\nfolder="\${0%/*}/.."\ncase "$*" in\n${cases.join('\n')}\n  *) exit 1 ;;\nesac\n`;
  writeContent(place, Buffer.from(text));
  chmodSync(place, 0o755);
}

function passwdOf({ users }: MachineRecord, anonymiser: Anonymiser): string {
  const all = new Map([[0, 'root'], ...users]);
  return [...all]
    .filter(([uid, name]) => name !== String(uid))
    .map(([uid, name]) => `${anonymiser.text(name)}:x:${uid}:${uid}::/:/bin/sh\n`)
    .join('');
}

/** Blocks of one byte: the sizes come out as they were. */
function statfsOf({ mounts }: MachineRecord, anonymiser: Anonymiser): string {
  const shown = [...mounts].map(([path, size]) => {
    if (typeof size === 'string') return [anonymiser.path(path), size] as const;
    const { sizeBytes, freeBytes, availableBytes, files, filesFree } = size;
    const blocks = { bsize: 1, blocks: sizeBytes, bfree: freeBytes, bavail: availableBytes };
    return [anonymiser.path(path), { ...blocks, files, ffree: filesFree }] as const;
  });
  return `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`;
}
