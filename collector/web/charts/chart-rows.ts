// How rows of the chart table are written. In: names of metrics and labels. Out: entries. Types are all it imports, as
// it is loaded with the table.
import type { Said, Words } from '../i18n/language.ts';
import type { ChartEntry, LineSource } from './table-panels.ts';
import type { Unit } from './units.ts';

type More = Pick<LineSource, 'per' | 'match' | 'asCount'>;

export function of(metric: string, by = '', name: Said | null = null, more: More = {}): LineSource {
  return { metric, by, name, ...more };
}

export function chart(
  id: string,
  title: Words,
  unit: Unit,
  lines: readonly LineSource[],
  more: ChartEntry['more'] = {},
): ChartEntry {
  return { id, title, unit, lines, more };
}

export function inOut(received: string, sent: string, by: string): readonly LineSource[] {
  return [of(received, by, 'network.in'), of(sent, by, 'network.out')];
}

export function readWrite(read: string, written: string, by: string, more?: readonly [More, More]) {
  return [of(read, by, 'disk.read', more?.[0]), of(written, by, 'disk.write', more?.[1])];
}
