// Lines for the screen, made of pieces with a style. In: hostile or own text. Out: text with escape sequences that are
// all our own: every piece is made harmless here, before it is coloured.
import { visible } from '../../shared/text.ts';
import { cellWidth, cutToWidth } from './cell-width.ts';

export type Style = 'plain' | 'strong' | 'dim' | 'good' | 'warning' | 'bad' | 'accent';

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type StyledLine = readonly Piece[];

export interface Screen {
  /** Escape sequences for colours are welcome. */
  readonly color: boolean;
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
  accent: '36',
};

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

/** One line with its line feed; what does not fit the screen is cut off, blanks at the end are left out. */
export function screenLine(line: StyledLine, screen: Screen): string {
  let room = screen.columns ?? Number.POSITIVE_INFINITY;
  const texts = line.map(({ text }) => visible(text));
  for (let last = texts.length - 1; last >= 0; last -= 1) {
    texts[last] = texts[last]?.trimEnd() ?? '';
    if (texts[last] !== '') break;
  }
  const painted = line.map(({ style }, index) => {
    const cut = cutToWidth(texts[index] ?? '', room);
    room -= cellWidth(cut);
    const code = codes[style];
    return screen.color && code !== '' && cut !== '' ? `\x1b[${code}m${cut}\x1b[0m` : cut;
  });
  return `${painted.join('')}\n`;
}
