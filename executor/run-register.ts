// Which command ids were begun, and how they ended: what makes an id run at most once, also across crashes.
// In: begin and end. Out: the stored outcome. An id that was begun and never ended before this start is `unknown`.
//
// Invariants: an id is on disk before its action begins; ids are kept for `keepMs`, which is far longer than a request
// may live, and at most `maxRuns` of them.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EndedEvent } from './protocol.ts';
import { Refusal } from './refusal.ts';
import { SyncedFile, syncFolder } from './synced-file.ts';

export interface RunRecord {
  readonly id: string;
  /** SHA-256 of what was asked: the same id with another request is refused. */
  readonly digest: string;
  readonly beganTimeMs: number;
  /** null while it runs. */
  readonly ended: EndedEvent | null;
}

const keepMs = 24 * 3_600_000;
const maxRuns = 100_000;
const compactBytes = 32 * 1024 * 1024;

export class RunRegister {
  readonly #folder: string;
  readonly #runs = new Map<string, RunRecord>();
  #file: SyncedFile;
  /** Ids that a crash left without an outcome; they are `unknown` now. */
  readonly unfinished: readonly string[];

  constructor(folder: string, nowMs: number) {
    this.#folder = folder;
    const path = join(folder, 'runs.jsonl');
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) this.#load(line);
    this.unfinished = [...this.#runs.values()].filter((run) => run.ended === null).map((run) => run.id);
    for (const id of this.unfinished) this.#settle(id, unknownOutcome(nowMs));
    this.#file = this.#compact(nowMs);
  }

  find(id: string): RunRecord | undefined {
    return this.#runs.get(id);
  }

  /** On disk when it returns. */
  begin(run: Omit<RunRecord, 'ended'>): void {
    if (this.#file.sizeBytes > compactBytes || this.#runs.size >= maxRuns) {
      this.#file.close();
      this.#file = this.#compact(run.beganTimeMs);
    }
    if (this.#runs.size >= maxRuns) {
      throw new Refusal(
        'too-many',
        `More than ${maxRuns} commands began on this node within a day.`,
        'Wait, and find out who sends so many.',
      );
    }
    const record: RunRecord = { ...run, ended: null };
    this.#file.append(JSON.stringify(record));
    this.#runs.set(run.id, record);
  }

  /** On disk when it returns. */
  end(id: string, ended: EndedEvent): void {
    this.#settle(id, ended);
    this.#file.append(JSON.stringify(this.#runs.get(id)));
  }

  close(): void {
    this.#file.close();
  }

  #settle(id: string, ended: EndedEvent): void {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#runs.set(id, { ...run, ended });
  }

  #load(line: string): void {
    try {
      const record = JSON.parse(line) as RunRecord;
      if (typeof record.id === 'string') this.#runs.set(record.id, record);
    } catch {
      // A torn line at the end is a begin or end that was never confirmed to anybody.
    }
  }

  #compact(nowMs: number): SyncedFile {
    for (const { id, beganTimeMs, ended } of this.#runs.values()) {
      if (ended !== null && beganTimeMs < nowMs - keepMs) this.#runs.delete(id);
    }
    const path = join(this.#folder, 'runs.jsonl');
    const draft = `${path}.new`;
    rmSync(draft, { force: true });
    const file = new SyncedFile(draft);
    const lines = [...this.#runs.values()].map((run) => JSON.stringify(run));
    if (lines.length > 0) file.append(lines.join('\n'));
    renameSync(draft, path);
    syncFolder(this.#folder);
    return file;
  }
}

function unknownOutcome(timeMs: number): EndedEvent {
  return {
    kind: 'ended',
    timeMs,
    state: 'unknown',
    exitCode: null,
    truncated: false,
    reason: {
      code: 'crashed',
      message: 'The executor ended between start and result; the command may or may not have had its effect.',
      remedy: 'Look at the node, e.g. with service-status, before asking again.',
    },
  };
}
