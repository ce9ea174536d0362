// Lines for the screen, made of pieces with a style. In: hostile or own text. Out: text with escape sequences that are
// all our own: every piece is made harmless here, before it is coloured.
import { visible } from '../../shared/text.ts';
import { cellWidth, cutToWidth } from './cell-width.ts';
import type { Paint } from './palette.ts';

export type Style = 'plain' | 'strong' | 'dim' | 'good' | 'warning' | 'bad' | 'cold' | 'accent';

export interface Piece {
  readonly text: string;
  readonly style: Style;
  /** Instead of the style, where the terminal has so many colours. */
  readonly paint?: Paint;
  /** Never cut, though the terminal breaks the line: a command to copy. */
  readonly isWhole?: true;
}

export type StyledLine = readonly Piece[];

export interface Screen {
  /** Escape sequences for colours are welcome. */
  readonly color: boolean;
  /** 256 of them are there. */
  readonly manyColors?: boolean;
  /** Cells in a line; undefined: lines are never cut. */
  readonly columns: number | undefined;
}

const codes: Readonly<Record<Style, string>> = {
  plain: '',
  strong: '1',
  dim: '2',
  good: '32',
  warning: '33',
  bad: '31',
  cold: '94',
  accent: '36',
};

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

/** A command to copy. */
export function commandPiece(command: string): Piece {
  return { text: command, style: 'accent', isWhole: true };
}

export function painted(text: string, paint: Paint, style: Style = 'plain'): Piece {
  return { text, style, paint };
}

/** One line with its line feed; what does not fit the screen is cut off, blanks at the end are left out. */
export function screenLine(line: StyledLine, screen: Screen): string {
  let room = screen.columns ?? Number.POSITIVE_INFINITY;
  const texts = line.map(({ text }) => visible(text));
  for (let last = texts.length - 1; last >= 0 && !isPainted(line[last], screen); last -= 1) {
    texts[last] = texts[last]?.trimEnd() ?? '';
    if (texts[last] !== '') break;
  }
  const pieces = line.map((one, index) => {
    const text = texts[index] ?? '';
    const cut = one.isWhole === true ? text : cutToWidth(text, Math.max(0, room));
    room -= cellWidth(cut);
    const code = isPainted(one, screen) ? `48;5;${one.paint.back};38;5;${one.paint.fore}` : codes[one.style];
    return screen.color && code !== '' && cut !== '' ? `\x1b[${code}m${cut}\x1b[0m` : cut;
  });
  return `${pieces.join('')}\n`;
}

function isPainted(one: Piece | undefined, screen: Screen): one is Piece & { readonly paint: Paint } {
  return one?.paint !== undefined && screen.color && screen.manyColors === true;
}
