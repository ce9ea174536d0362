// What belongs to the folder of a spool beside its segments: who holds it, whose it is, how it was left. In: the folder,
// the node's own facts. Out: the spool's id and how to begin. It refuses a folder that another agent holds (StartError).
//
// `spool.json` holds the same line twice, each with its checksum, and is written in place: that needs no room, so a full
// disk does not refuse it, and one damaged bit leaves one of the lines.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { errorCode, StartError } from '../../shared/errors.ts';
import type { SpoolStart } from './lane-set.ts';
import { spoolFormat } from './segment-name.ts';

export interface SpoolOwner {
  readonly node: string;
  /** /etc/machine-id; empty when there is none. */
  readonly machineId: string;
  readonly bootId: string;
}

type LeftAs = 'in use' | 'closed' | 'refused by the disk';

interface Journal extends SpoolOwner {
  readonly format: number;
  readonly spoolId: string;
  readonly leftAs: LeftAs;
  /** Wall clock when the first of its agents since the boot, or since an orderly end, opened it. */
  readonly sinceMs?: number;
}

const lineBytes = 1_024;

export class SpoolFolder {
  readonly spoolId: string;
  readonly start: SpoolStart;
  /** Why the spool that was there was given up; null when it was not. */
  readonly givenUp: string | null;
  readonly #folder: string;
  readonly #owner: SpoolOwner;
  readonly #sinceMs: number;

  /** Throws StartError or the system's error. */
  constructor(
    folder: string,
    owner: SpoolOwner,
    times: { readonly nowMs: number; readonly bootedMs: number },
  ) {
    this.#folder = folder;
    this.#owner = owner;
    lock(join(folder, 'lock'));
    const journal = readJournal(join(folder, 'spool.json'));
    this.#sinceMs = sinceOf(journal, owner, times.nowMs);
    this.givenUp = whyNot(journal, owner, readdirSync(folder));
    if (journal === null || this.givenUp !== null) {
      empty(folder);
      this.spoolId = randomUUID();
      this.start = { kind: 'new' };
      return;
    }
    this.spoolId = journal.spoolId;
    this.start = startOf(journal, owner, times);
  }

  /** Call when the lanes are open: what is numbered from here on counts. */
  opened(): void {
    this.#note('in use');
  }

  /** Throws nothing: a disk that refuses even this is told by the next start. */
  refused(isRefused: boolean): void {
    try {
      this.#note(isRefused ? 'refused by the disk' : 'in use');
    } catch {
      // Read-only. Whoever starts next finds the folder like that and takes memory.
    }
  }

  close(isWhole: boolean): void {
    try {
      if (isWhole) this.#note('closed');
      const path = join(this.#folder, 'lock');
      // Where the folder was removed meanwhile another agent may have made it anew, with a lock of its own.
      if (targetOf(path) === holderOf(process.pid)) rmSync(path, { force: true });
    } catch {
      // As above; the lock of a process that has ended counts for nothing.
    }
  }

  #note(leftAs: LeftAs): void {
    const journal: Journal = {
      format: spoolFormat,
      spoolId: this.spoolId,
      ...this.#owner,
      leftAs,
      sinceMs: this.#sinceMs,
    };
    const path = join(this.#folder, 'spool.json');
    const text = JSON.stringify(journal);
    const line = Buffer.alloc(lineBytes, ' ');
    line.write(`${crc32(text)} ${text}`);
    line.write('\n', lineBytes - 1);
    const bytes = Buffer.concat([line, line]);
    const descriptor = openOver(path);
    try {
      writeSync(descriptor, bytes, 0, bytes.length, 0);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

function openOver(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return openSync(path, 'wx', 0o600);
  }
}

function startOf(
  { leftAs, bootId, sinceMs }: Journal,
  owner: SpoolOwner,
  { nowMs, bootedMs }: { readonly nowMs: number; readonly bootedMs: number },
): SpoolStart {
  if (leftAs === 'refused by the disk')
    return { kind: 'unwritten', sinceMs: sinceMs ?? nowMs, untilMs: nowMs };
  if (leftAs === 'in use' && bootId !== owner.bootId) {
    return { kind: 'unsynced', sinceMs: sinceMs ?? bootedMs, untilMs: bootedMs };
  }
  return { kind: 'whole', sinceMs: sinceMs ?? nowMs, untilMs: nowMs };
}

/** An agent that was killed left to this one what it had not synced. */
function sinceOf(journal: Journal | null, { bootId }: SpoolOwner, nowMs: number): number {
  if (journal === null || journal.leftAs === 'closed' || journal.bootId !== bootId) return nowMs;
  return Math.min(nowMs, journal.sinceMs ?? nowMs);
}

/** null: there is none, or it is damaged. Throws the system's error: what cannot be read now is not thrown away. */
function readJournal(path: string): Journal | null {
  const both = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // By their place: what stands between them may be damaged, too.
  for (const line of [both.slice(0, lineBytes - 1), both.slice(-lineBytes, -1)]) {
    const [, sum, text = ''] = /^(\d+) (.*?) *$/.exec(line) ?? [];
    if (sum === undefined || crc32(text) !== Number(sum)) continue;
    // Its checksum is right: an agent wrote it.
    const journal = JSON.parse(text) as Journal;
    return journal.format === spoolFormat ? journal : null;
  }
  return null;
}

function whyNot(journal: Journal | null, owner: SpoolOwner, files: readonly string[]): string | null {
  const names = files.filter((file) => file.endsWith('.seg'));
  if (journal === null) return names.length === 0 ? null : 'spool.json is missing or damaged';
  // An image of this node became another one: both would send under one id.
  if (journal.node !== owner.node) return `it is of node ${journal.node}`;
  if (journal.machineId !== owner.machineId) return 'it is of another machine';
  const isWhole = ['result', 'event', 'metric', 'process', 'profile'].every((word) =>
    names.some((name) => name.startsWith(`${word}.`)),
  );
  return isWhole ? null : 'files are missing';
}

function empty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const isOurs = entry.isFile() && /^spool\.json$|\.(?:seg|reserve|unfinished)$/.test(entry.name);
    if (isOurs) rmSync(join(folder, entry.name), { force: true });
  }
}

/** A symbolic link whose target names the holder: made at one go, and no full disk refuses it. */
function lock(path: string): void {
  const own = holderOf(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (linked(own, path)) return;
    const holder = targetOf(path);
    if (holder === own) return;
    const pid = Number(holder.split('.')[0]);
    if (holder !== '' && holderOf(pid) === holder) throw heldBy(path, `process ${pid}`);
    if (holder !== '') takeAway(path, holder);
  }
  throw heldBy(path, targetOf(path) === '' ? 'a file that is no lock of an agent' : 'another agent');
}

/** Of two that find the same dead holder one takes its lock away; what is not the dead one's is put back. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return;
  }
  const taken = targetOf(aside);
  if (taken !== dead) linked(taken, path);
  rmSync(aside, { force: true });
}

function linked(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Gone meanwhile.
    return '';
  }
}

/** Process id, start time and boot: no later process has the same. */
function holderOf(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`);
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid}.${startTicks}.${textOf('/proc/sys/kernel/random/boot_id').trim()}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such process.
    return '';
  }
}

function heldBy(path: string, who: string): StartError {
  return new StartError(
    `${path}: the spool is held by ${who}`,
    'Stop the other agent, or give this one a folder of its own (stateDir). Where no other agent runs, remove the lock.',
  );
}
