// NFS mounts as the client counts them, from /proc/self/mountstats. Out: node_exporter's names. Retransmissions are
// transmissions less requests; the round trip is the response time by the requests. A superblock that is mounted at
// several places is told once. Bounds: 32 mounts, 8 transports of each; more mounts are counted. An operation that was
// never asked for has no series. Nothing here asks the server: one that is gone stops nothing.
import { gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { HostError } from '../../host/host-error.ts';
import { probeFile } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Probe, SampleSink, Source } from '../source.ts';
import { parseAddresses } from './nfs-addresses.ts';
import { ageMetric, byteFields, mountInfoMetric, operationFields, streamFields } from './nfs-metrics.ts';
import { NfsMount } from './nfs-mount.ts';

const everyMs = 10_000;
const mountLimit = 32;
const skipped = gauge(
  'jidi_nfs_mounts_skipped',
  0,
  `NFS mounts that are not followed because there are more than ${mountLimit}; absent when none.`,
);

export function createNfsSource(host: Host): Source {
  const path = `${host.roots.proc}/self/mountstats`;
  const file = host.keep(path, { mayCut: true });
  let mounts: FollowedMount[] = [];
  const skippedRow = createRow([skipped], {});
  return {
    name: 'nfs',
    reads: '/proc/self/mountstats',
    metrics: [
      ageMetric,
      ...[...byteFields, ...streamFields, ...operationFields].map(({ metric }) => metric),
      mountInfoMetric,
      skipped,
    ],
    everyMs,
    probe: () => probeMounts(host, path),
    close() {
      file.close();
      mounts = [];
    },
    read(sink) {
      let cursor = file.read();
      let found = readMounts(cursor, mounts, sink);
      mounts = mounts.filter(({ isSeen }) => isSeen);
      if (found.unknown.length > 0 && mounts.length < mountLimit) {
        mounts.push(...followMounts(host, found.unknown.slice(0, mountLimit - mounts.length)));
        // The other reading has taken the buffer, and the new mounts are to be told as well.
        cursor = file.read();
        found = readMounts(cursor, mounts, sink);
      }
      if (found.count > mountLimit) skippedRow.set(sink, 0, found.count - mountLimit);
      if (cursor.isCut) throw new HostError(`read ${path}: ends inside a line`, 'EBADMSG');
    },
  };
}

interface FollowedMount {
  /** Its line, from the device on. */
  readonly line: Buffer;
  readonly mount: NfsMount;
  isSeen: boolean;
}

interface Found {
  readonly count: number;
  /** Lines of mounts that are not followed, as many as the bound. */
  readonly unknown: readonly Buffer[];
}

function readMounts(cursor: ByteCursor, mounts: readonly FollowedMount[], sink: SampleSink): Found {
  const unknown: Buffer[] = [];
  const told = new Set<string>();
  let count = 0;
  let current: NfsMount | null = null;
  for (const mount of mounts) mount.isSeen = false;
  while (cursor.nextLine()) {
    if (!cursor.accept('device ')) {
      if (current !== null && !current.readLine(cursor, sink, told)) current = null;
      continue;
    }
    current = null;
    if (!isNfs(cursor)) continue;
    count += 1;
    const line = cursor.bytes.subarray('device '.length + lineStart(cursor), cursor.lineEnd);
    const known = mounts.find((mount) => mount.line.equals(line));
    if (known === undefined) {
      if (unknown.length < mountLimit) unknown.push(Buffer.from(line));
      continue;
    }
    known.isSeen = true;
    known.mount.begin();
    current = known.mount;
  }
  return { count, unknown };
}

/** `SERVER:/PATH mounted on /POINT with fstype nfs4 statvers=1.1`. */
function isNfs(cursor: ByteCursor): boolean {
  cursor.skipWords(4);
  return cursor.accept(' with fstype nfs ') || cursor.accept(' with fstype nfs4 ');
}

function lineStart(cursor: ByteCursor): number {
  return cursor.bytes.lastIndexOf(10, cursor.lineEnd - 1) + 1;
}

/** A mount without an address is not followed: it would be another series with one. */
function followMounts(host: Host, lines: readonly Buffer[]): readonly FollowedMount[] {
  const { bytes, end } = readLong(host, `${host.roots.proc}/self/mountinfo`);
  const addresses = parseAddresses(bytes.toString('utf8', 0, end));
  return lines.flatMap((line) => {
    const [device, , , mountPoint] = line.toString('utf8').split(' ');
    const address = addresses.get(`${device} ${mountPoint}`);
    if (device === undefined || mountPoint === undefined || address === undefined) return [];
    return [{ line, mount: new NfsMount({ device, mountPoint, address }), isSeen: false }];
  });
}

function probeMounts(host: Host, path: string): Probe {
  const probe = probeFile(host, path, 'Mount /proc.');
  if (!probe.present) return probe;
  const { count } = readMounts(readLong(host, path), [], { series: () => -1, set: () => undefined });
  if (count > 0) return probe;
  return {
    present: false,
    reason: `no NFS mount in ${path}`,
    remedy: 'Nothing to do where no NFS is mounted.',
  };
}

/** Users may add mounts with long names; those of the system come first. */
function readLong(host: Host, path: string): ByteCursor {
  const file = host.keep(path, { mayCut: true });
  try {
    return file.read();
  } finally {
    file.close();
  }
}
