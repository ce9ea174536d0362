// Memory of each NUMA node, from /sys/devices/system/node/nodeN/{meminfo,numastat} (Documentation/admin-guide/numastat.rst).
// In: kB and counts of pages. Out: bytes and counts under node_exporter's names, for the keys that say where memory went.
// It follows at most 64 nodes.
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { probeFile, readParts, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';

const nodeLimit = 64;
/** Memory may be plugged in. */
const listAgainMs = 60_000;
const bytesPerKilobyte = 1024;

const sizeKeys = [
  'MemTotal',
  'MemFree',
  'MemUsed',
  'Active',
  'Inactive',
  'Dirty',
  'Writeback',
  'FilePages',
  'AnonPages',
  'Shmem',
  'Slab',
  'SReclaimable',
  'AnonHugePages',
] as const;
const pageKeys = ['HugePages_Total', 'HugePages_Free', 'HugePages_Surp'] as const;
const memoryKeys = [...sizeKeys, ...pageKeys].map((key) => `${key}:`);
const memoryMetrics = [
  ...sizeKeys.map((key) => gauge(`node_memory_numa_${key}`, 0, `${key} of the NUMA node, in bytes.`)),
  ...pageKeys.map((key) => gauge(`node_memory_numa_${key}`, 0, `${key} of the NUMA node, in huge pages.`)),
];

const statHelp = {
  numa_hit: 'Pages that were allocated on this node as wished.',
  numa_miss: 'Pages that were allocated on this node although another one was wished.',
  numa_foreign: 'Pages that were wished on this node and allocated on another one.',
  interleave_hit: 'Pages that were allocated on this node as interleaving wished.',
  local_node: 'Pages that were allocated on this node by a task that ran on it.',
  other_node: 'Pages that were allocated on this node by a task that ran on another one.',
};
const statKeys = Object.keys(statHelp);
const statMetrics = Object.entries(statHelp).map(([key, help]) =>
  counter(`node_memory_numa_${key}_total`, 0, help),
);

export function createNumaSource(host: Host): Source {
  const folder = `${host.roots.sys}/devices/system/node`;
  let nodes: readonly NumaNode[] = [];
  let listedAtMs = Number.NEGATIVE_INFINITY;
  const close = (): void => {
    for (const { memory, stat } of nodes) {
      memory.close();
      stat.close();
    }
  };
  return {
    name: 'numa',
    reads: '/sys/devices/system/node/nodeN/{meminfo,numastat}',
    metrics: [...memoryMetrics, ...statMetrics],
    everyMs: 10_000,
    probe: () => probeFile(host, `${folder}/node0/meminfo`, 'Boot a kernel with CONFIG_NUMA.'),
    close,
    read(sink) {
      const now = host.clock.monotonic();
      if (now - listedAtMs >= listAgainMs) {
        close();
        nodes = listNodes(host, folder);
        listedAtMs = now;
      }
      readParts(nodes.flatMap((node) => [() => readMemory(node, sink), () => readStat(node, sink)]));
    },
  };
}

interface NumaNode {
  /** What each line of its meminfo begins with. */
  readonly prefix: string;
  readonly memory: KernelFile;
  readonly stat: KernelFile;
  readonly memoryRow: SeriesRow;
  readonly statRow: SeriesRow;
}

function listNodes(host: Host, folder: string): readonly NumaNode[] {
  return host
    .list(folder)
    .flatMap((name) => /^node(\d{1,4})$/.exec(name)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b))
    .slice(0, nodeLimit)
    .map((node) => ({
      prefix: `Node ${node} `,
      memory: host.keep(`${folder}/node${node}/meminfo`),
      stat: host.keep(`${folder}/node${node}/numastat`),
      memoryRow: createRow(memoryMetrics, { node }),
      statRow: createRow(statMetrics, { node }),
    }));
}

function readMemory({ prefix, memory, memoryRow }: NumaNode, sink: SampleSink): void {
  const cursor = memory.read();
  let found = 0;
  let next = 0;
  while (cursor.nextLine()) {
    if (!cursor.accept(prefix)) continue;
    const key = acceptOneOf(cursor, memoryKeys, next);
    if (key < 0) continue;
    const isSize = key < sizeKeys.length;
    const value = cursor.integer();
    cursor.skipSpaces();
    const isWhole = (!isSize || cursor.accept('kB')) && cursor.position === cursor.lineEnd;
    if (!isWhole) continue;
    memoryRow.set(sink, key, isSize ? value * bytesPerKilobyte : value);
    next = key + 1;
    found += 1;
  }
  requireContent(cursor, memory.path, found);
}

function readStat({ stat, statRow }: NumaNode, sink: SampleSink): void {
  const cursor = stat.read();
  let found = 0;
  while (cursor.nextLine()) {
    const key = acceptOneOf(cursor, statKeys, found);
    if (key < 0) continue;
    statRow.set(sink, key, cursor.integer());
    found += 1;
  }
  requireContent(cursor, stat.path, found);
}

/** Goes past the word when it is one of the keys; `first` is tried first, the kernel keeps their order. */
function acceptOneOf(cursor: ByteCursor, keys: readonly string[], first: number): number {
  const start = cursor.position;
  for (let step = 0; step < keys.length; step += 1) {
    const at = (first + step) % keys.length;
    const key = keys[at];
    if (key === undefined || !cursor.accept(key)) continue;
    if (cursor.bytes[cursor.position] === 32) return at;
    cursor.position = start;
  }
  return -1;
}
