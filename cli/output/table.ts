// A table for the screen. In: cells of hostile text. Out: styled lines with aligned columns.
// Where the screen is too narrow, the columns that may shrink do so, the widest first.
import { visible } from '../../shared/text.ts';
import { cellWidth, cutToWidth, padToWidth } from './cell-width.ts';
import { piece, type Style, type StyledLine } from './styled-text.ts';

export interface TableColumn {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** May be cut when the screen is too narrow. */
  readonly shrinks: boolean;
}

export interface TableCell {
  readonly text: string;
  readonly style?: Style;
}

export interface TableOptions {
  readonly headers: boolean;
  readonly columns: number | undefined;
}

const gap = 2;
const narrowest = 8;

export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  options: TableOptions,
): StyledLine[] {
  const harmless = rows.map((row) => row.map((cell) => ({ ...cell, text: visible(cell.text) })));
  const widths = columns.map(({ header }, index) => {
    const cells = harmless.map((row) => cellWidth(row[index]?.text ?? ''));
    return cells.reduce((widest, width) => Math.max(widest, width), options.headers ? cellWidth(header) : 0);
  });
  shrink(columns, widths, options.columns);
  const head = columns.map(({ header }) => ({ text: header, style: 'strong' as const }));
  const all = options.headers ? [head, ...harmless] : harmless;
  return all.map((row) => row.map((cell, index) => layCell(cell, index, columns, widths)));
}

/** Changes the widths. */
function shrink(columns: readonly TableColumn[], widths: number[], screen: number | undefined): void {
  if (screen === undefined) return;
  let excess = widths.reduce((sum, width) => sum + width, gap * (widths.length - 1)) - screen;
  while (excess > 0) {
    const able = widths.map((width, index) => (columns[index]?.shrinks === true ? width : 0));
    const widest = Math.max(...able);
    if (widest <= narrowest) return;
    const index = able.lastIndexOf(widest);
    const next = Math.max(narrowest, ...able.filter((width) => width < widest));
    const less = Math.min(excess, widest - next);
    widths[index] = widest - less;
    excess -= less;
  }
}

function layCell(
  cell: TableCell,
  index: number,
  columns: readonly TableColumn[],
  widths: readonly number[],
): StyledLine[number] {
  const width = widths[index] ?? 0;
  const padded = padToWidth(cutToWidth(cell.text, width), width, columns[index]?.align ?? 'left');
  const last = index === columns.length - 1;
  return piece(last ? padded.trimEnd() : padded + ' '.repeat(gap), cell.style);
}
