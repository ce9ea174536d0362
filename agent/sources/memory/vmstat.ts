// Paging and what the kernel does to find memory, from /proc/vmstat. In: counts since boot, and sectors in kB. Out: the
// fields that node_exporter tells, under its names, and under ours: direct reclaim, compaction and huge pages.
// Only wanted lines are parsed: the kernel keeps their order, so each is looked for behind the one before, as bytes.
import { counter, type MetricDefinition } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { probeFile, requireContent } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Source } from '../source.ts';

interface Field {
  /** What stands before the number. */
  readonly needle: Buffer;
  readonly metric: MetricDefinition;
}

/** In the order in which Linux 6 has them. */
const fields: readonly Field[] = [
  known('pgpgin', 'kB read from disks.'),
  known('pgpgout', 'kB written to disks.'),
  known('pswpin', 'Pages read from swap.'),
  known('pswpout', 'Pages written to swap.'),
  known('pgfault', 'Page faults.'),
  known('pgmajfault', 'Page faults that had to wait for storage.'),
  own(
    'pgsteal_direct',
    'direct_reclaimed_pages',
    'Pages that a task had to free itself before it got memory.',
  ),
  own(
    'pgscan_direct',
    'direct_scanned_pages',
    'Pages that a task looked at to free some before it got memory.',
  ),
  known('oom_kill', 'Processes that were killed because memory ran out.'),
  own('numa_pages_migrated', 'numa_migrated_pages', 'Pages that were moved to the NUMA node that uses them.'),
  own('compact_stall', 'compaction_stalls', 'How often a task had to wait for a huge page to be made.'),
  own('compact_fail', 'compaction_failures', 'How often such waiting was in vain.'),
  own('thp_fault_alloc', 'huge_page_faults', 'Huge pages that were given at a page fault.'),
  own(
    'thp_fault_fallback',
    'huge_page_fallbacks',
    'Page faults that got small pages because no huge one was to be had.',
  ),
];
const metrics = fields.map(({ metric }) => metric);

export function createVmstatSource(host: Host): Source {
  const path = `${host.roots.proc}/vmstat`;
  const file = host.keep(path);
  const row = createRow(metrics, {});
  return {
    name: 'vmstat',
    reads: '/proc/vmstat',
    metrics,
    everyMs: 5000,
    probe: () => probeFile(host, path, 'Mount /proc.'),
    close: () => file.close(),
    read(sink) {
      const cursor = file.read();
      const { bytes, end } = cursor;
      let found = 0;
      let from = 0;
      for (let i = 0; i < fields.length; i += 1) {
        const needle = fields[i]?.needle;
        if (needle === undefined) continue;
        const at = findWithin(bytes, needle, { from, end });
        if (at < 0) continue;
        from = at + needle.length;
        row.set(sink, i, wholeNumber(bytes, from, end));
        found += 1;
      }
      requireContent(cursor, path, found);
    },
  };
}

/** Behind `from`; else from the beginning, where an older kernel may have it. */
function findWithin(bytes: Buffer, needle: Buffer, { from, end }: { from: number; end: number }): number {
  const content = bytes.subarray(0, end);
  const behind = content.indexOf(needle, from);
  return behind >= 0 || from === 0 ? behind : content.indexOf(needle);
}

const lineFeed = 10;
const mostDigits = 20;

/** The digits from `start` to the end of their line; NaN when there is anything else, or the line is cut. */
function wholeNumber(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end && at - start <= mostDigits; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === lineFeed) return at > start ? value : Number.NaN;
    if (byte < 48 || byte > 57) return Number.NaN;
    value = value * 10 + (byte - 48);
  }
  return Number.NaN;
}

function known(key: string, help: string): Field {
  return { needle: needleOf(key), metric: counter(`node_vmstat_${key}`, 0, help) };
}

function own(key: string, name: string, help: string): Field {
  return { needle: needleOf(key), metric: counter(`jidi_vmstat_${name}_total`, 0, help) };
}

/** The file begins with other keys, so each of these stands behind a line feed. */
function needleOf(key: string): Buffer {
  return Buffer.from(`\n${key} `);
}
