// In: what was refused, begun and ended. Out: lines on disk, each carrying the SHA-256 of the line before it, so that
// a line that was changed, taken out or moved is found. Older files go when there are too many.
//
// Invariants: a record that `append` returned for is on disk; at most `keepFiles` + 1 files of about `fileBytes`.
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

export class AuditLog {
  readonly #folder: string;
  readonly #limits: AuditLimits;
  #file: SyncedFile;
  #number: number;
  #previous: string;

  constructor(folder: string, limits: AuditLimits = defaultLimits) {
    this.#folder = folder;
    this.#limits = limits;
    this.#file = new SyncedFile(auditPath(folder, 0));
    const last = this.#file.lines.at(-1) ?? lastLine(auditPath(folder, 1));
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
    rmSync(auditPath(this.#folder, this.#limits.keepFiles), { force: true });
    for (let age = this.#limits.keepFiles - 1; age >= 0; age -= 1) {
      const path = auditPath(this.#folder, age);
      if (existsSync(path)) renameSync(path, auditPath(this.#folder, age + 1));
    }
    syncFolder(this.#folder);
    this.#file = new SyncedFile(auditPath(this.#folder, 0));
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

/** Every kept line, oldest first. */
export function readAuditLines(folder: string): readonly string[] {
  const files: string[] = [];
  for (let age = 0; existsSync(auditPath(folder, age)); age += 1) files.unshift(auditPath(folder, age));
  return files.flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
}

function auditPath(folder: string, age: number): string {
  return join(folder, age === 0 ? 'audit.jsonl' : `audit.${age}.jsonl`);
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
