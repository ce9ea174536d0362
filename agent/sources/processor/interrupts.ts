// Interrupts by kind, summed over the cores, from /proc/softirqs and /proc/interrupts (proc_interrupts(5)).
// In: tables of a column per core. Out: soft interrupts under node_exporter's name, and the interrupts between cores, of
// the timer and of faults under the short words that x86 has for them; other architectures' rows are known by their
// descriptions. Rows of single devices are passed over: node_intr_total holds them. A row that lacks a column is absent.
// The kernel counts in 32 bits per core, which a timer fills in weeks; what overflows is carried over.
import { counter } from '../../../shared/model/metric.ts';
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, readIfThere, readParts, requireContent } from '../reading.ts';
import { SeriesRow } from '../series-row.ts';
import type { Source } from '../source.ts';
import { CoreTotals } from './core-totals.ts';
import { spacingFor } from './cores.ts';

const softMetric = counter('node_softirqs_total', 0, 'Soft interrupts of the kind, all cores together.');
const hardMetric = counter(
  'jidi_interrupts_total',
  0,
  'Interrupts of the kind, all cores together: NMI non-maskable, LOC local timer, PMI performance counters, IWI IRQ work, RES rescheduling, CAL function call, TLB shootdown, TRM thermal, THR threshold, DFR deferred error, MCE machine check, MCP machine check poll, SPU spurious.',
);

/** The kernel's words, and node_exporter's for them. */
const softKinds: readonly (readonly [text: string, vector: string])[] = [
  ['HI', 'hi'],
  ['TIMER', 'timer'],
  ['NET_TX', 'net_tx'],
  ['NET_RX', 'net_rx'],
  ['BLOCK', 'block'],
  ['IRQ_POLL', 'block_iopoll'],
  ['BLOCK_IOPOLL', 'block_iopoll'],
  ['TASKLET', 'tasklet'],
  ['SCHED', 'sched'],
  ['HRTIMER', 'hrtimer'],
  ['RCU', 'rcu'],
];

/** Descriptions at the ends of rows, and the word for them. */
const hardKinds: readonly (readonly [text: string, kind: string])[] = [
  ['Non-maskable interrupts', 'NMI'],
  ['Local timer interrupts', 'LOC'],
  ['arch_timer', 'LOC'],
  ['Spurious interrupts', 'SPU'],
  ['Performance monitoring interrupts', 'PMI'],
  ['IRQ work interrupts', 'IWI'],
  ['Rescheduling interrupts', 'RES'],
  ['Function call interrupts', 'CAL'],
  ['TLB shootdowns', 'TLB'],
  ['Thermal event interrupts', 'TRM'],
  ['Threshold APIC interrupts', 'THR'],
  ['Deferred Error APIC interrupts', 'DFR'],
  ['Machine check exceptions', 'MCE'],
  ['Machine check polls', 'MCP'],
];

export function createInterruptsSource(host: Host): Source {
  const { proc } = host.roots;
  const soft = createTable('start', softKinds);
  const hard = createTable('end', hardKinds);
  const softFile = host.keep(`${proc}/softirqs`);
  const hardFile = host.keep(`${proc}/interrupts`);
  const softRow = new SeriesRow(soft.kinds.map((vector) => ({ metric: softMetric, labels: { vector } })));
  const hardRow = new SeriesRow(hard.kinds.map((kind) => ({ metric: hardMetric, labels: { kind } })));
  return {
    name: 'interrupts',
    reads: '/proc/softirqs, /proc/interrupts',
    metrics: [softMetric, hardMetric],
    everyMs: spacingFor(host.facts.cpuCount),
    probe: () => probeFile(host, hardFile.path, 'Mount /proc; in a container it may be hidden.'),
    close() {
      softFile.close();
      hardFile.close();
    },
    read(sink) {
      const parts = [
        { file: softFile, table: soft, row: softRow },
        { file: hardFile, table: hard, row: hardRow },
      ];
      readParts(
        parts.map(({ file, table, row }) => () => {
          const cursor = readIfThere(file);
          if (cursor === null) return;
          const found = sumRows(cursor, table);
          for (let i = 0; i < table.sums.length; i += 1) row.set(sink, i, table.sums[i] ?? Number.NaN);
          requireContent(cursor, file.path, found);
        }),
      );
    },
  };
}

/** Which rows are wanted, and what they came to. */
interface Table {
  /** Where a row's text stands: before the colon, or at the end of its line. */
  readonly textAt: 'start' | 'end';
  readonly texts: readonly Buffer[];
  /** For each text its place in `kinds`; two texts may mean the same. */
  readonly places: readonly number[];
  readonly kinds: readonly string[];
  /** By kind, of the last reading; NaN where there was no whole row. */
  readonly sums: Float64Array;
  readonly totals: CoreTotals;
}

function createTable(textAt: Table['textAt'], known: readonly (readonly [string, string])[]): Table {
  const kinds = [...new Set(known.map(([, kind]) => kind))];
  return {
    textAt,
    texts: known.map(([text]) => Buffer.from(text)),
    places: known.map(([, kind]) => kinds.indexOf(kind)),
    kinds,
    sums: new Float64Array(kinds.length),
    totals: new CoreTotals(kinds.length),
  };
}

/** Fills the table's sums; returns how many rows were found. */
function sumRows(cursor: ByteCursor, table: Table): number {
  const { sums, totals } = table;
  sums.fill(Number.NaN);
  if (!cursor.nextLine() || !totals.follow(cursor)) return 0;
  let found = 0;
  while (cursor.nextLine()) {
    cursor.skipSpaces();
    const colon = cursor.bytes.indexOf(colonByte, cursor.position);
    if (colon < 0 || colon >= cursor.lineEnd) continue;
    const place = placeOf(cursor, table, colon);
    if (place < 0 || !Number.isNaN(sums[place])) continue;
    cursor.position = colon + 1;
    sums[place] = totals.add(cursor, place);
    found += 1;
  }
  return found;
}

const colonByte = 58;
const spaceByte = 32;

function placeOf(cursor: ByteCursor, { textAt, texts, places }: Table, colon: number): number {
  const { bytes, position, lineEnd } = cursor;
  for (let i = 0; i < texts.length; i += 1) {
    const text = texts[i];
    if (text === undefined) continue;
    const start = textAt === 'start' ? position : lineEnd - text.length;
    const isWhole =
      textAt === 'start' ? start + text.length === colon : start > colon && bytes[start - 1] === spaceByte;
    if (isWhole && isAt(bytes, start, text)) return places[i] ?? -1;
  }
  return -1;
}

function isAt(bytes: Buffer, start: number, text: Buffer): boolean {
  for (let i = text.length - 1; i >= 0; i -= 1) if (bytes[start + i] !== text[i]) return false;
  return true;
}
