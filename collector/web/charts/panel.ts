// What a chart of the node page is: what it asks for, and how that becomes lines. The lists are in panels.ts and chart-table.ts.
import type { SeriesQuery } from '../api/resources.ts';
import type { MessageKey, Said } from '../i18n/language.ts';
import type { Grid } from './grid.ts';
import type { Line } from './lines.ts';
import type { Unit } from './units.ts';

export interface Panel {
  readonly id: string;
  readonly title: Said;
  readonly unit: Unit;
  /** `heat`: a row per line, coloured 0 to 1. */
  readonly shape: 'lines' | 'stack' | 'heat';
  /** Fixed upper end of the axis; otherwise what the data needs. */
  readonly top?: number;
  /** Series without which the panel says what is missing rather than showing nothing. */
  readonly missing: MessageKey;
  /** Lines that are left out where there are others, and how that is said. */
  readonly aside?: { readonly note: MessageKey; readonly holds: (line: Line) => boolean };
  readonly queries: readonly SeriesQuery[];
  readonly derive: (grid: Grid) => readonly Line[];
}
