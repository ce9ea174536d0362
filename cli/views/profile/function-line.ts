// A function in a line of its own: figures, the drawing that leads to it, its name, its module. In: hostile names. Out: pieces
// of a line; where the screen is too narrow, the name is cut and not the module.
import { formatRatio } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { cellWidth, cutToWidth, padToWidth } from '../../output/cell-width.ts';
import { type Piece, piece, type Style, type StyledLine } from '../../output/styled-text.ts';

export interface Place {
  readonly function: string;
  readonly module: string;
}

const figureCells = 8;
const gap = '  ';
/** Of a name, before its module goes. */
const readableCells = 20;
/** Before a function that was searched for. */
const foundMark = '» ';

export function headingLine(figures: readonly string[], last: string): StyledLine {
  const cells = figures.map((text) => padToWidth(text, figureCells, 'right') + gap);
  return [piece(`${cells.join('')}${last}`, 'strong')];
}

export interface FunctionLine {
  /** null is left blank. */
  readonly shares: readonly (number | null)[];
  readonly drawing: string;
  readonly place: Place;
  readonly style: Style;
  readonly isFound?: boolean;
  /** Cells of the line. */
  readonly width: number | undefined;
}

export function functionLine({ shares, drawing, place, style, isFound, width }: FunctionLine): StyledLine {
  const figures = shares.map((share) => figureText(share)).join('');
  const mark = isFound === true ? foundMark : '';
  const used = cellWidth(figures) + cellWidth(drawing) + cellWidth(mark);
  return [
    piece(figures),
    piece(drawing, 'dim'),
    piece(mark, 'warning'),
    ...placePieces(place, {
      style: isFound === true ? 'warning' : style,
      room: width === undefined ? undefined : width - used,
    }),
  ];
}

export function figureText(share: number | null): string {
  return (share === null ? '' : formatRatio(share)).padStart(figureCells) + gap;
}

export function placePieces(
  place: Place,
  { style, room }: { readonly style: Style; readonly room: number | undefined },
): Piece[] {
  const name = visible(place.function);
  // Rolled up by module, a function is its module.
  const module = place.module === '' || place.module === place.function ? '' : `  (${visible(place.module)})`;
  const left = room === undefined ? Number.POSITIVE_INFINITY : room - cellWidth(module);
  if (left < Math.min(readableCells, cellWidth(name))) return [piece(cutToWidth(name, room ?? left), style)];
  return [piece(cutToWidth(name, left), style), piece(module, 'dim')];
}

/** A line between functions, under their names. */
export function remarkLine(figures: number, drawing: string, text: string): StyledLine {
  return [piece(`${' '.repeat(figures * (figureCells + gap.length))}${drawing}${text}`, 'dim')];
}
