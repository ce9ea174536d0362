// Space on mounted filesystems: the mounts from /proc/PID/mounts, the sizes from statfs(2). Out: node_exporter's names.
// A mount that does not answer within its deadline has no sizes but an error flag, and is not asked again before the
// earlier call has come back. Local ones are asked first: servers that hang take nothing from them. A bounded number of
// mounts is followed; the others are counted. Each call costs a thread's turn, so it is not made at every tick.
import { gauge } from '../../../shared/model/metric.ts';
import { truncate } from '../../../shared/text.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { HostError } from '../../host/host-error.ts';
import { largestSizeBytes } from '../../host/kernel-files.ts';
import type { MountSize } from '../../host/mount-statistics.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';
import { type Mount, parseMounts } from './mount-table.ts';

const everyMs = 10_000;
const mountLimit = 64;
const deadlineMs = 200;
const longestLabel = 128;

const metrics = [
  gauge('node_filesystem_size_bytes', 0, 'Size of the filesystem.'),
  gauge('node_filesystem_free_bytes', 0, 'Free space.'),
  gauge('node_filesystem_avail_bytes', 0, 'Free space for users other than root.'),
  gauge('node_filesystem_files', 0, 'Files that the filesystem can hold; absent when it has no such limit.'),
  gauge('node_filesystem_files_free', 0, 'Files that can still be made.'),
  gauge('node_filesystem_readonly', 0, '1 when mounted read-only, else 0.'),
  gauge('node_filesystem_device_error', 0, '1 when the filesystem did not tell its size in time, else 0.'),
];
const skippedMetric = gauge(
  'jidi_filesystem_mounts_skipped',
  0,
  `Mounts that are not followed because there are more than ${mountLimit}; absent when none.`,
);

interface FollowedMount {
  readonly mount: Mount;
  readonly row: SeriesRow;
}

export function createFilesystemSource(host: Host): Source {
  const mounts = createMountReader(host);
  const skippedRow = createRow([skippedMetric], {});
  return {
    name: 'filesystem',
    reads: '/proc/1/mounts, statfs',
    metrics: [...metrics, skippedMetric],
    everyMs,
    probe: () => probeFile(host, `${host.roots.proc}/self/mounts`, 'Mount /proc.'),
    close: () => mounts.close(),
    async read(sink) {
      const { followed, skipped, isCut } = mounts.read();
      if (skipped > 0) skippedRow.set(sink, 0, skipped);
      for (const { mount, row } of followed)
        await readMount(host, mount, (size) => setMount(row, mount, size, sink));
      if (isCut) throw new HostError(`the table of mounts is longer than ${largestSizeBytes} bytes`, 'EFBIG');
    },
  };
}

async function readMount(host: Host, mount: Mount, tell: (size: MountSize | null) => void): Promise<void> {
  try {
    tell(await host.mountSize({ path: mount.mountPoint, deadlineMs, local: mount.local }));
  } catch {
    // The flag says it; a mount that others own is no failure of this source.
    tell(null);
  }
}

function setMount(row: SeriesRow, mount: Mount, size: MountSize | null, sink: SampleSink): void {
  row.set(sink, 6, size === null ? 1 : 0);
  if (size === null || size.sizeBytes === 0) return;
  row.set(sink, 0, size.sizeBytes);
  row.set(sink, 1, size.freeBytes);
  row.set(sink, 2, size.availableBytes);
  row.set(sink, 5, mount.readOnly ? 1 : 0);
  if (size.files === 0) return;
  row.set(sink, 3, size.files);
  row.set(sink, 4, size.filesFree);
}

interface MountList {
  readonly followed: readonly FollowedMount[];
  readonly skipped: number;
  /** There may be more, beyond what is read. */
  readonly isCut: boolean;
}

interface MountReader {
  read(): MountList;
  close(): void;
}

/** Reads the table at each call but parses it only when its bytes have changed. */
function createMountReader(host: Host): MountReader {
  // Users may add to the table, with long names.
  let file = host.keep(`${host.roots.proc}/1/mounts`, { mayCut: true });
  const ownTable = host.keep(`${host.roots.proc}/self/mounts`, { mayCut: true });
  let known = Buffer.alloc(0);
  let list: MountList = { followed: [], skipped: 0, isCut: false };
  const readTable = (): ByteCursor => {
    try {
      return file.read();
    } catch (error) {
      if (file === ownTable) throw error;
      // Without privileges only the own table may be read; a sandbox may make it differ a little.
      file = ownTable;
      return file.read();
    }
  };
  return {
    close: () => file.close(),
    read() {
      const cursor = readTable();
      const isCut = cursor.end >= largestSizeBytes - 1;
      if (!isCut) requireContent(cursor, file.path, cursor.end);
      const content = cursor.bytes.subarray(0, cursor.end);
      if (known.equals(content)) return list;
      known = Buffer.from(content);
      list = { ...followMounts(known.toString('utf8')), isCut };
      return list;
    },
  };
}

function followMounts(text: string): Omit<MountList, 'isCut'> {
  const mounts = parseMounts(text);
  const followed = mounts.slice(0, mountLimit).map((mount) => ({
    mount,
    row: createRow(metrics, {
      device: truncate(mount.device, longestLabel),
      fstype: truncate(mount.type, longestLabel),
      mountpoint: truncate(mount.mountPoint, longestLabel),
    }),
  }));
  followed.sort((a, b) => Number(b.mount.local) - Number(a.mount.local));
  return { followed, skipped: mounts.length - followed.length };
}
