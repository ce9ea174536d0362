// In: an opened store, nodes, metrics and a range. Out: its raw samples as text, piece by piece: for each node, metric by
// metric and hour by hour, so that the memory does not grow with the range.
import type { Labels } from '../../../shared/model/metric.ts';
import { visible, visibleJson } from '../../../shared/text.ts';
import type { SeriesData } from '../store.ts';
import type { OpenedFolder } from './read-store.ts';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly nodes: readonly string[];
  /** Empty: all. */
  readonly metrics: readonly string[];
  /** Both ends included, ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly format: ExportFormat;
}

const windowMs = 6 * 3_600_000;

export async function* exportSamples(store: OpenedFolder, options: ExportOptions): AsyncGenerator<string> {
  const { nodes, metrics, format } = options;
  if (format === 'csv') yield 'time,node,metric,labels,value\n';
  if (store.span === null) return;
  // A range that begins in 1970 has no more windows than there are files.
  const fromMs = Math.max(options.fromMs, store.span.fromMs);
  const toMs = Math.min(options.toMs, store.span.toMs);
  for (const node of nodes) {
    const known = [...new Set(store.series(node).map(({ metric }) => metric))].toSorted();
    const wanted = metrics.length === 0 ? known : known.filter((metric) => metrics.includes(metric));
    for (const metric of wanted) {
      for (let beginMs = fromMs; beginMs <= toMs; beginMs += windowMs) {
        const endMs = Math.min(beginMs + windowMs - 1, toMs);
        const selectors = [{ metric, match: {} }];
        const selection = { nodes: [node], selectors, fromMs: beginMs, toMs: endMs };
        for (const data of await store.select(selection)) yield rowsOf(data, format);
      }
    }
  }
}

function rowsOf({ node, metric, labels, timesMs, values }: SeriesData, format: ExportFormat): string {
  const lines: string[] = [];
  if (format === 'ndjson') {
    const rest = visibleJson(JSON.stringify({ node, metric, labels })).slice(1);
    for (const [place, timeMs] of timesMs.entries()) {
      lines.push(`{"time":${timeMs / 1000},"value":${values[place]},${rest}`);
    }
  } else {
    const rest = [node, metric, labelsText(labels)].map(quoted).join(',');
    for (const [place, timeMs] of timesMs.entries()) {
      lines.push(`${new Date(timeMs).toISOString()},${rest},${values[place]}`);
    }
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** As Prometheus writes them, without the braces. */
function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

/** RFC 4180. What a terminal would act on is shown as its code; a text that a spreadsheet would take for a formula is marked as text. */
function quoted(text: string): string {
  const shown = visible(text);
  const harmless = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
