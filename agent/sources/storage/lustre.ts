// What this node asks of Lustre, from llite/NAME/stats: below /proc/fs/lustre on old clients, in debugfs from 2.12 on,
// where only root may look until the administrator opens it: `lacks` says how. In: lines `open 80 samples [usecs] min
// max sum`. Out: bytes, operations and their time. An operation that was never made has no series, as in the file.
import { errorCode, errorMessage } from '../../../shared/errors.ts';
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { type FolderRow, FolderRows, listNames, readRows } from '../folder-rows.ts';
import { isAbsence, requireContent } from '../reading.ts';
import { createRow, SeriesRow } from '../series-row.ts';
import type { Lack, Probe, SampleSink, Source } from '../source.ts';

const everyMs = 5_000;
const listEveryMs = 60_000;
const mountLimit = 16;

const metrics = {
  readBytes: counter(
    'jidi_lustre_read_bytes_total',
    0,
    'Bytes that programs have read, from the cache or not.',
  ),
  writtenBytes: counter('jidi_lustre_written_bytes_total', 0, 'Bytes that programs have written.'),
  operations: counter('jidi_lustre_operations_total', 0, 'Operations that programs have made.'),
  time: counter(
    'jidi_lustre_operation_time_seconds_total',
    6,
    'Time of these operations; absent before Lustre 2.13.',
  ),
};
const skipped = gauge(
  'jidi_lustre_mounts_skipped',
  0,
  `Lustre mounts that are not followed because there are more than ${mountLimit}; absent when none.`,
);
const operations: readonly string[] = (
  'read write open close mmap page_fault seek fsync readdir setattr truncate flock getattr create link unlink ' +
  'symlink mkdir rmdir mknod rename statfs lookup inode_permission getxattr setxattr'
).split(' ');
const remedy =
  'Open debugfs for the group jidi: `systemctl edit sys-kernel-debug.mount` with `[Mount]` and ' +
  '`Options=gid=jidi,mode=0750`, then `mount -o remount,gid=jidi,mode=0750 /sys/kernel/debug`; ' +
  'the group then sees what else debugfs lets everybody read.';

export function createLustreSource(host: Host): Source {
  const mounts = new FolderRows(host, {
    everyMs: listEveryMs,
    limit: mountLimit,
    list: () => listMounts(host),
    create: (key) => new LustreMount(host, key),
  });
  const skippedRow = createRow([skipped], {});
  return {
    name: 'lustre',
    reads: '/proc/fs/lustre/llite/*/stats, /sys/kernel/debug/lustre/llite/*/stats',
    metrics: [...Object.values(metrics), skipped],
    everyMs,
    probe: () => probeMounts(host),
    lacks: () => findLacks(host),
    close: () => mounts.close(),
    read(sink) {
      const rows = mounts.rows();
      if (mounts.skipped > 0) skippedRow.set(sink, 0, mounts.skipped);
      readRows(rows, sink);
    },
  };
}

class LustreMount implements FolderRow {
  readonly #stats: KernelFile;
  readonly #bytes: SeriesRow;
  readonly #operations: SeriesRow;
  #isGone = false;

  /** The key is `INSTANCE FOLDER`. */
  constructor(host: Host, key: string) {
    const blank = key.indexOf(' ');
    const folder = key.slice(blank + 1);
    const labels = { filesystem: filesystemOf(folder), instance: key.slice(0, blank) };
    this.#stats = host.keep(`${folder}/stats`);
    this.#bytes = createRow([metrics.readBytes, metrics.writtenBytes], labels);
    this.#operations = new SeriesRow(
      operations.flatMap((operation) =>
        [metrics.operations, metrics.time].map((metric) => ({ metric, labels: { ...labels, operation } })),
      ),
    );
  }

  read(sink: SampleSink, onFailure: (error: unknown) => void): void {
    if (this.#isGone) return;
    try {
      const cursor = this.#stats.read();
      let found = 0;
      while (cursor.nextLine()) found += this.#readLine(cursor, sink) ? 1 : 0;
      requireContent(cursor, this.#stats.path, found);
    } catch (error) {
      if (isAbsence(error)) this.#isGone = true;
      else onFailure(error);
    }
  }

  again(): void {
    this.#isGone = false;
  }

  close(): void {
    this.#stats.close();
    this.#isGone = false;
  }

  /** True for a line that is known. */
  #readLine(cursor: ByteCursor, sink: SampleSink): boolean {
    // A client that has done nothing has this line only.
    if (cursor.accept('snapshot_time')) return true;
    if (cursor.accept('read_bytes ')) return this.#readBytes(cursor, sink, 0);
    if (cursor.accept('write_bytes ')) return this.#readBytes(cursor, sink, 1);
    const operation = operations.findIndex((name) => acceptWord(cursor, name));
    if (operation < 0) return false;
    const { samples, unit, sum } = readSamples(cursor);
    // How often was read and written is told with the bytes; clients have either line or both.
    if (operation > 1) this.#operations.set(sink, operation * 2, samples);
    if (unit === '[usecs]' || unit === '[usec]') this.#operations.set(sink, operation * 2 + 1, sum / 1e6);
    return true;
  }

  #readBytes(cursor: ByteCursor, sink: SampleSink, direction: 0 | 1): boolean {
    const { samples, unit, sum } = readSamples(cursor);
    if (unit !== '[bytes]') return false;
    this.#bytes.set(sink, direction, sum);
    this.#operations.set(sink, direction * 2, samples);
    return true;
  }
}

interface Samples {
  readonly samples: number;
  readonly unit: string;
  /** NaN when the line has none. */
  readonly sum: number;
}

/** `80 samples [usecs] 1 22 345 6789`; old clients write `80 samples [regs]`. */
function readSamples(cursor: ByteCursor): Samples {
  const samples = cursor.integer();
  cursor.skipSpaces();
  if (!cursor.accept('samples ')) return { samples: Number.NaN, unit: '', sum: Number.NaN };
  const start = cursor.word();
  const unit = cursor.bytes.toString('latin1', start, cursor.position);
  cursor.skipWords(2);
  return { samples, unit, sum: cursor.integer() };
}

function acceptWord(cursor: ByteCursor, word: string): boolean {
  const start = cursor.position;
  if (cursor.accept(word) && cursor.bytes[cursor.position] === 32) return true;
  cursor.position = start;
  return false;
}

/** Folders in which clients of any version keep their mounts. */
function mountFolders({ roots }: Host): readonly string[] {
  return [`${roots.proc}/fs/lustre/llite`, `${roots.sys}/kernel/debug/lustre/llite`];
}

/** Keys `INSTANCE FOLDER`; the instance tells mounts of one filesystem apart. */
function listMounts(host: Host): readonly string[] {
  const seen = new Map<string, number>();
  return mountFolders(host).flatMap((top) =>
    listNames(host, top, /^[\w-]{1,64}$/)
      .filter((name) => host.fileFacts(`${top}/${name}/stats`) !== null)
      .map((name) => {
        const filesystem = filesystemOf(name);
        const instance = seen.get(filesystem) ?? 0;
        seen.set(filesystem, instance + 1);
        return `${instance} ${top}/${name}`;
      }),
  );
}

/** `scratch` of `…/scratch-ffff8c1234567800`. */
function filesystemOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1).replace(/-[0-9a-f]{8,16}$/, '');
}

function probeMounts(host: Host): Probe {
  if (listMounts(host).length > 0) return { present: true };
  const [lack] = findLacks(host);
  if (lack !== undefined) return { present: false, reason: lack.reason, remedy: lack.remedy };
  return {
    present: false,
    reason: 'no Lustre client here',
    remedy: 'Nothing to do where no Lustre is mounted.',
  };
}

/** Every client shows its mounts below /sys/fs/lustre, whoever asks; their figures are elsewhere. */
function findLacks(host: Host): readonly Lack[] {
  const known = new Set(listMounts(host).map((key) => key.slice(key.lastIndexOf('/') + 1)));
  return listNames(host, `${host.roots.sys}/fs/lustre/llite`, /^[\w-]{1,64}$/)
    .filter((name) => !known.has(name))
    .map((name) => {
      const path = `${host.roots.sys}/kernel/debug/lustre/llite/${name}/stats`;
      return { what: `Lustre ${filesystemOf(name)}`, reason: reasonFor(host, path), remedy };
    });
}

function reasonFor(host: Host, path: string): string {
  try {
    host.readBytes(path);
    return `read ${path}: not listed`;
  } catch (error) {
    return errorCode(error) === undefined ? `read ${path}` : errorMessage(error);
  }
}
