// Memory, from /proc/meminfo (proc_meminfo(5)). In: kB and counts. Out: bytes and counts under node_exporter's names:
// `Active(anon)` is node_memory_Active_anon_bytes. Keys of newer kernels are taken over when the source is made.
import { gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import { ByteNames } from '../../host/byte-names.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Source } from '../source.ts';
import { meminfoCounts, meminfoKilobytes } from './meminfo-keys.ts';

/** Keys that are followed beyond those known here. */
const newKeyLimit = 32;
const nameLimit = 256;
const plausibleKey = /^[A-Za-z][A-Za-z0-9_]{0,40}(\([A-Za-z0-9_]{1,20}\))?$/;
const bytesPerKilobyte = 1024;

export function createMemorySource(host: Host): Source {
  const path = `${host.roots.proc}/meminfo`;
  const file = host.keep(path);
  const definitions = defineKeys(host, path);
  const names = new ByteNames(nameLimit);
  const rows: (MemoryRow | null)[] = [];
  return {
    name: 'memory',
    reads: '/proc/meminfo',
    metrics: [...definitions.values()],
    isQuiet: true,
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      const cursor = file.read();
      let found = 0;
      parseMeminfo(cursor, ({ start, end, value, isKilobytes }) => {
        const id = names.idOf(cursor.bytes, start, end);
        if (id < 0) return;
        if (rows[id] === undefined) rows[id] = createMemoryRow(definitions, cursor.text(start, end));
        const row = rows[id];
        if (row?.isKilobytes !== isKilobytes) return;
        row.series.set(sink, 0, isKilobytes ? value * bytesPerKilobyte : value);
        found += 1;
      });
      requireContent(cursor, path, found);
    },
  };
}

export interface MeminfoLine {
  /** Range of the key in the cursor's bytes. */
  start: number;
  end: number;
  value: number;
  isKilobytes: boolean;
}

/** Visits every line `Key:  123 kB` or `Key:  123`; the line object is used again. Other lines are passed over. */
function parseMeminfo(cursor: ByteCursor, visit: (line: MeminfoLine) => void): void {
  const line: MeminfoLine = { start: 0, end: 0, value: 0, isKilobytes: false };
  while (cursor.nextLine()) {
    line.start = cursor.word();
    line.end = cursor.position - 1;
    if (line.end <= line.start || cursor.bytes[line.end] !== 58) continue;
    line.value = cursor.integer();
    cursor.skipSpaces();
    line.isKilobytes = cursor.accept('kB');
    if (Number.isNaN(line.value) || cursor.position !== cursor.lineEnd) continue;
    visit(line);
  }
}

/** node_exporter's name for a key. */
export function memoryMetricName(key: string, isKilobytes: boolean): string {
  return `node_memory_${key.replace(/\((.*)\)$/, '_$1')}${isKilobytes ? '_bytes' : ''}`;
}

interface MemoryRow {
  readonly isKilobytes: boolean;
  readonly series: SeriesRow;
}

function createMemoryRow(definitions: ReadonlyMap<string, MetricDefinition>, key: string): MemoryRow | null {
  const metric = definitions.get(key);
  if (metric === undefined) return null;
  return { isKilobytes: metric.name.endsWith('_bytes'), series: createRow([metric], {}) };
}

/** By key: what is known here, and what else this kernel tells. */
function defineKeys(host: Host, path: string): ReadonlyMap<string, MetricDefinition> {
  const definitions = new Map<string, MetricDefinition>();
  const define = (key: string, isKilobytes: boolean): void => {
    const help = `${key} of /proc/meminfo.`;
    if (!definitions.has(key)) definitions.set(key, gauge(memoryMetricName(key, isKilobytes), 0, help));
  };
  for (const key of meminfoKilobytes) define(key, true);
  for (const key of meminfoCounts) define(key, false);
  const limit = definitions.size + newKeyLimit;
  try {
    const cursor = host.readBytes(path);
    parseMeminfo(cursor, ({ start, end, isKilobytes }) => {
      const key = cursor.text(start, end);
      if (plausibleKey.test(key) && definitions.size < limit) define(key, isKilobytes);
    });
  } catch {
    // Without the file the probe tells that it is absent; the known keys stay for when it comes.
  }
  return definitions;
}
