// A table for the screen. In: cells of hostile text. Out: styled lines with aligned columns.
// Where the screen is too narrow, the columns that may shrink do so, the widest first, until they are hard to read; then
// columns that may be missed go, the least important first; then the columns that may shrink become as narrow as can be.
import { visible } from '../../shared/text.ts';
import { cellWidth, cutToWidth, padToWidth } from './cell-width.ts';
import { piece, type Style, type StyledLine } from './styled-text.ts';

export interface TableColumn {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** May be cut when the screen is too narrow. */
  readonly shrinks: boolean;
  /** May be left out when the screen is too narrow, the lowest number first. */
  readonly spare?: number;
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
/** Cells that a column which shrinks keeps as long as others may be missed. */
const readable = 16;

export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  options: TableOptions,
): StyledLine[] {
  const harmless = rows.map((row) => row.map((cell) => ({ ...cell, text: visible(cell.text) })));
  const natural = columns.map(({ header }, index) => {
    const cells = harmless.map((row) => cellWidth(row[index]?.text ?? ''));
    return cells.reduce((widest, width) => Math.max(widest, width), options.headers ? cellWidth(header) : 0);
  });
  const places = placesThatFit(columns, natural, options.columns);
  const kept = places.flatMap((place) => columns[place] ?? []);
  const widths = places.map((place) => natural[place] ?? 0);
  shrink(kept, widths, options.columns);
  const head = columns.map(({ header }) => ({ text: header, style: 'strong' as const }));
  const all = options.headers ? [head, ...harmless] : harmless;
  return all.map((row) =>
    places.map((place, index) => layCell(row[place] ?? { text: '' }, index, kept, widths)),
  );
}

/** Numbers of the columns that stay. */
function placesThatFit(
  columns: readonly TableColumn[],
  widths: readonly number[],
  screen: number | undefined,
): readonly number[] {
  let places = columns.map((_, place) => place);
  if (screen === undefined) return places;
  const least = (place: number): number => {
    const width = widths[place] ?? 0;
    return columns[place]?.shrinks === true ? Math.min(width, readable) : width;
  };
  const spareOf = (place: number): number => columns[place]?.spare ?? Number.POSITIVE_INFINITY;
  while (places.reduce((sum, place) => sum + least(place) + gap, -gap) > screen) {
    const lowest = Math.min(...places.map(spareOf));
    if (lowest === Number.POSITIVE_INFINITY) break;
    places = places.filter((place) => spareOf(place) !== lowest);
  }
  return places;
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
