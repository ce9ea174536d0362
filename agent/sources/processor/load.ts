// Load averages, from /proc/loadavg (proc_loadavg(5)).
import { gauge } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Source } from '../source.ts';

const metrics = [
  gauge('node_load1', 2, 'Tasks that run or wait for a core or a disk, mean over 1 min.'),
  gauge('node_load5', 2, 'Tasks that run or wait for a core or a disk, mean over 5 min.'),
  gauge('node_load15', 2, 'Tasks that run or wait for a core or a disk, mean over 15 min.'),
];

export function createLoadSource(host: Host): Source {
  const path = `${host.roots.proc}/loadavg`;
  const file = host.keep(path);
  const row = createRow(metrics, {});
  return {
    name: 'load',
    reads: '/proc/loadavg',
    metrics,
    isQuiet: true,
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      const cursor = file.read();
      const loads = parseLoad(cursor);
      for (let i = 0; i < loads.length; i += 1) row.set(sink, i, loads[i] ?? Number.NaN);
      requireContent(cursor, path, loads.length);
    },
  };
}

/** The three means, or nothing when the line does not begin with three such numbers. */
export function parseLoad(cursor: ByteCursor): readonly number[] {
  if (!cursor.nextLine()) return [];
  const loads = [cursor.decimal(), cursor.decimal(), cursor.decimal()];
  return loads.every((load) => load >= 0) ? loads : [];
}
