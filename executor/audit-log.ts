// In: what was refused, begun and ended. Out: lines on disk, each carrying the SHA-256 of the line before it, so that
// a line that was changed, taken out or moved is found. Older files go when there are too many. Refusals are a chain of
// their own: who may ask may ask often, and must not push out what was really done.
//
// Invariants: a record that `append` returned for is on disk; at most `keepFiles` + 1 files of about `fileBytes` a chain.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SyncedFile, syncFolder } from './synced-file.ts';

export interface AuditEntry {
  readonly event: 'executor-started' | 'refused' | 'begun' | 'ended' | 'unknown';
  readonly timeMs: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditLimits {
  readonly fileBytes: number;
  readonly keepFiles: number;
}

const defaultLimits: AuditLimits = { fileBytes: 4 * 1024 * 1024, keepFiles: 8 };
const noLineBefore = '0'.repeat(64);

/** `done`: started, begun, ended, unknown. */
export type AuditChain = 'done' | 'refused';

const fileNames: Readonly<Record<AuditChain, string>> = { done: 'audit', refused: 'refused' };

export class AuditLog {
  readonly #done: ChainedLog;
  readonly #refused: ChainedLog;

  constructor(folder: string, limits: AuditLimits = defaultLimits) {
    this.#done = new ChainedLog(folder, 'done', limits);
    this.#refused = new ChainedLog(folder, 'refused', limits);
  }

  append(entry: AuditEntry): void {
    (entry.event === 'refused' ? this.#refused : this.#done).append(entry);
  }

  close(): void {
    this.#done.close();
    this.#refused.close();
  }
}

class ChainedLog {
  readonly #folder: string;
  readonly #chain: AuditChain;
  readonly #limits: AuditLimits;
  #file: SyncedFile;
  #number: number;
  #previous: string;

  constructor(folder: string, chain: AuditChain, limits: AuditLimits) {
    this.#folder = folder;
    this.#chain = chain;
    this.#limits = limits;
    this.#file = new SyncedFile(this.#path(0));
    const last = this.#file.lines.at(-1) ?? lastLine(this.#path(1));
    this.#number = last === undefined ? 0 : readNumber(last);
    this.#previous = last === undefined ? noLineBefore : digest(last);
  }

  append(entry: AuditEntry): void {
    if (this.#file.sizeBytes >= this.#limits.fileBytes) this.#rotate();
    const number = this.#number + 1;
    const line = JSON.stringify({ number, ...entry, previous: this.#previous });
    this.#file.append(line);
    this.#number = number;
    this.#previous = digest(line);
  }

  close(): void {
    this.#file.close();
  }

  #rotate(): void {
    this.#file.close();
    rmSync(this.#path(this.#limits.keepFiles), { force: true });
    for (let age = this.#limits.keepFiles - 1; age >= 0; age -= 1) {
      const path = this.#path(age);
      if (existsSync(path)) renameSync(path, this.#path(age + 1));
    }
    syncFolder(this.#folder);
    this.#file = new SyncedFile(this.#path(0));
  }

  #path(age: number): string {
    return auditPath(this.#folder, this.#chain, age);
  }
}

/** Checks lines of the log, oldest first; the number of the first line that does not follow from the one before. */
export function findAuditBreak(lines: readonly string[]): number | undefined {
  for (let index = 1; index < lines.length; index += 1) {
    const [before = '', line = ''] = [lines[index - 1], lines[index]];
    if (readPrevious(line) !== digest(before) || readNumber(line) !== readNumber(before) + 1)
      return index + 1;
  }
  return undefined;
}

/** Every kept line of a chain, oldest first. */
export function readAuditLines(folder: string, chain: AuditChain): readonly string[] {
  const files: string[] = [];
  for (let age = 0; existsSync(auditPath(folder, chain, age)); age += 1) {
    files.unshift(auditPath(folder, chain, age));
  }
  return files.flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
}

function auditPath(folder: string, chain: AuditChain, age: number): string {
  const name = fileNames[chain];
  return join(folder, age === 0 ? `${name}.jsonl` : `${name}.${age}.jsonl`);
}

function lastLine(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) : undefined;
}

function digest(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

function readNumber(line: string): number {
  const value = readField(line, 'number');
  return typeof value === 'number' ? value : 0;
}

function readPrevious(line: string): unknown {
  return readField(line, 'previous');
}

function readField(line: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
  } catch {
    // A damaged line has no fields; the chain shows it.
    return undefined;
  }
}
