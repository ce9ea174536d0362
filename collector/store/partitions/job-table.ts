// In: an open partition file. Out: where and when processes of a job were seen.
import { crc32 } from 'node:zlib';
import type { Statement } from 'better-sqlite3';
import { ChunkError } from '../columns/chunk-error.ts';
import type { Database } from './partition-database.ts';

export interface JobOnNode {
  readonly job: string;
  /** The node's number in the file. */
  readonly node: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Row {
  readonly job: string;
  readonly node: number;
  readonly data: Uint8Array;
}

export class JobTable {
  readonly #ofJob: Statement<[string], Row>;
  readonly #all: Statement<[], Row>;
  readonly #one: Statement<[string, number], Row>;
  readonly #put: Statement<[string, number, Uint8Array]>;

  constructor(db: Database) {
    this.#ofJob = db.prepare('SELECT job, node, data FROM job WHERE job = ?');
    this.#all = db.prepare('SELECT job, node, data FROM job');
    this.#one = db.prepare('SELECT job, node, data FROM job WHERE job = ? AND node = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO job (job, node, data) VALUES (?, ?, ?)');
  }

  nodesOf(job: string): readonly JobOnNode[] {
    return this.#ofJob.all(job).map(toJob);
  }

  all(): Iterable<JobOnNode> {
    return this.#all.all().map(toJob);
  }

  /** Widens what is known of the job on that node. */
  add({ job, node, firstMs, lastMs }: JobOnNode): void {
    const row = this.#one.get(job, node);
    const known = row === undefined ? undefined : toJob(row);
    const first = Math.min(firstMs, known?.firstMs ?? firstMs);
    const last = Math.max(lastMs, known?.lastMs ?? lastMs);
    if (first === known?.firstMs && last === known.lastMs) return;
    const data = Buffer.alloc(20);
    data.writeDoubleLE(first, 0);
    data.writeDoubleLE(last, 8);
    data.writeUInt32LE(checksum(data, job, node), 16);
    this.#put.run(job, node, data);
  }
}

function toJob({ job, node, data }: Row): JobOnNode {
  // A damaged bit can make SQLite take a blob for a number or a text.
  if (!(data instanceof Uint8Array)) throw new ChunkError('malformed', 'job: no bytes');
  const bytes = Buffer.from(data);
  if (bytes.length !== 20 || bytes.readUInt32LE(16) !== checksum(bytes, job, node)) {
    throw new ChunkError('checksum', 'job: its bytes have changed since it was written');
  }
  return { job, node, firstMs: bytes.readDoubleLE(0), lastMs: bytes.readDoubleLE(8) };
}

function checksum(data: Buffer, job: string, node: number): number {
  return crc32(`${node} ${job}`, crc32(data.subarray(0, 16)));
}
