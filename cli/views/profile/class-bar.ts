// What kind of work a profile is, in one line: a bar and its legend. In: stacks with the class of each function. Out: a line;
// classes are told apart by characters, too.
import { formatRatio } from '../../../shared/format.ts';
import { weighFunctions } from '../../../shared/stacks/functions.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import { isMessageKey } from '../../language/messages.ts';
import { cellWidth } from '../../output/cell-width.ts';
import { classPaint, type Paint } from '../../output/palette.ts';
import { type Piece, painted, piece, type StyledLine } from '../../output/styled-text.ts';

export interface ClassShare {
  readonly class: string;
  /** Of what was chosen, 0 to 1: where it ended, not what it called. */
  readonly share: number;
}

export function classShares(stacks: Stacks, classes: readonly string[]): ClassShare[] {
  const { self } = weighFunctions(stacks);
  const shares = new Map<string, number>();
  for (const [frame, weight] of self.entries()) {
    const name = classes[frame] ?? '';
    if (weight > 0) shares.set(name, (shares.get(name) ?? 0) + weight / stacks.weight);
  }
  return [...shares]
    .map(([name, share]) => ({ class: name, share }))
    .sort((a, b) => b.share - a.share || a.class.localeCompare(b.class));
}

/** The table of classes may be edited: a name that is not known here is shown as it is. */
export function classLabel(name: string, say: Say): string {
  const key = `class.${name}`;
  return isMessageKey(key) ? say(key) : name;
}

const fills = ['█', '▓', '▒', '░', '=', '-', '.'] as const;
const least = 0.001;

export function classBar(shares: readonly ClassShare[], width: number, say: Say): StyledLine {
  const shown = shares.filter(({ share }) => share >= least);
  const barCells = Math.min(40, Math.max(16, Math.floor(width / 4)));
  const bar: Piece[] = [];
  const legend: Piece[] = [];
  let [begin, room] = [0, width - barCells - 1];
  for (const [order, { class: name, share }] of shown.entries()) {
    const fill = fills[Math.min(order, fills.length - 1)] ?? '.';
    const end = begin + share * barCells;
    const cells = Math.round(end) - Math.round(begin);
    bar.push(painted(fill.repeat(cells), solid(name)));
    begin = end;
    const text = ` ${classLabel(name, say)} ${formatRatio(share)}`;
    room -= cellWidth(text) + 3;
    if (room >= 0) legend.push(piece('  '), painted(fill, solid(name)), piece(text));
  }
  const bare = barCells - Math.round(begin);
  return [...bar, piece(' '.repeat(Math.max(0, bare))), ...legend];
}

/** The character is seen only where the colour is not. */
function solid(name: string): Paint {
  const { back } = classPaint(name, 0);
  return { back, fore: back };
}
