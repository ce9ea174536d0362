// Pressure stall information, from /proc/pressure (Documentation/accounting/psi.rst). In: µs and percent.
// Out: seconds under node_exporter's names, and the kernel's 10-second means as ratios.
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { probeFile, readIfThere, readParts, requireContent } from '../reading.ts';
import { type SeriesColumn, SeriesRow } from '../series-row.ts';
import type { SampleSink, Source } from '../source.ts';

type Kind = 'some' | 'full';

const resources: readonly { readonly name: string; readonly kinds: readonly Kind[] }[] = [
  { name: 'cpu', kinds: ['some'] },
  { name: 'io', kinds: ['some', 'full'] },
  { name: 'memory', kinds: ['some', 'full'] },
  { name: 'irq', kinds: ['full'] },
];

const averageRatio = gauge(
  'jidi_pressure_avg10_ratio',
  4,
  'Share of the last 10 s in which some or all tasks waited for the resource, as the kernel averages it.',
);

const totals = new Map<string, MetricDefinition>(
  resources.flatMap(({ name, kinds }) => kinds.map((kind) => [`${name} ${kind}`, createTotal(name, kind)])),
);

export function createPressureSource(host: Host): Source {
  const folder = `${host.roots.proc}/pressure`;
  const parts = resources.map(({ name, kinds }) => createPart(host.keep(`${folder}/${name}`), name, kinds));
  return {
    name: 'pressure',
    reads: '/proc/pressure',
    metrics: [...totals.values(), averageRatio],
    probe: () => probeFile(host, `${folder}/cpu`, 'Boot a kernel of 4.20 or later with psi=1.'),
    close() {
      for (const part of parts) {
        part.file.close();
        part.absent = false;
      }
    },
    read(sink) {
      readParts(parts.map((part) => () => readPart(part, sink)));
    },
  };
}

export interface PressureLine {
  readonly kind: Kind;
  readonly avg10Ratio: number;
  readonly totalSeconds: number;
}

/** Lines `some avg10=0.05 avg60=0.02 avg300=0.07 total=11803449`; other lines are passed over. */
export function parsePressure(cursor: ByteCursor): readonly PressureLine[] {
  const lines: PressureLine[] = [];
  while (cursor.nextLine()) {
    const kind = cursor.accept('some ') ? 'some' : cursor.accept('full ') ? 'full' : undefined;
    if (kind === undefined || !cursor.accept('avg10=')) continue;
    const avg10Ratio = cursor.decimal() / 100;
    cursor.skipWords(2);
    cursor.skipSpaces();
    const totalSeconds = cursor.accept('total=') ? cursor.integer() / 1e6 : Number.NaN;
    if (avg10Ratio >= 0 && totalSeconds >= 0) lines.push({ kind, avg10Ratio, totalSeconds });
  }
  return lines;
}

interface Part {
  readonly file: KernelFile;
  readonly kinds: readonly Kind[];
  /** Two columns per kind: total, mean. */
  readonly row: SeriesRow;
  /** The kernel does not account for it, and will not before the next boot: asking anew at each tick is dear. */
  absent: boolean;
}

function createPart(file: KernelFile, resource: string, kinds: readonly Kind[]): Part {
  const columns = kinds.flatMap((kind): SeriesColumn[] => {
    const total = totals.get(`${resource} ${kind}`);
    const average = { metric: averageRatio, labels: { resource, kind } };
    return total === undefined ? [] : [{ metric: total, labels: {} }, average];
  });
  return { file, kinds, row: new SeriesRow(columns), absent: false };
}

function readPart(part: Part, sink: SampleSink): void {
  if (part.absent) return;
  const cursor = readIfThere(part.file);
  if (cursor === null) {
    part.absent = true;
    return;
  }
  const lines = parsePressure(cursor);
  for (const { kind, totalSeconds, avg10Ratio } of lines) {
    const column = part.kinds.indexOf(kind) * 2;
    if (column < 0) continue;
    part.row.set(sink, column, totalSeconds);
    part.row.set(sink, column + 1, avg10Ratio);
  }
  requireContent(cursor, part.file.path, lines.length);
}

function createTotal(resource: string, kind: Kind): MetricDefinition {
  const word = kind === 'some' ? 'waiting' : 'stalled';
  const who = kind === 'some' ? 'some task' : 'all tasks';
  return counter(
    `node_pressure_${resource}_${word}_seconds_total`,
    6,
    `Time in which ${who} waited for: ${resource}.`,
  );
}
