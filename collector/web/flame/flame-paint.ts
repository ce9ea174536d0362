// Paints the rows of a flame graph that are in sight. In: a view, colours and names by function or branch, the place on the
// canvas. Text is cut to its box. Nothing is measured twice: a monospaced face has one width. What cannot be told apart by
// the eye, many boxes within one pixel, is painted once.
import { truncate } from '../../../shared/text.ts';
import type { FlameTheme } from './flame-color.ts';
import { ground } from './flame-tree.ts';
import { type FlameView, rowOf, rowsOf } from './flame-view.ts';

export const rowHeight = 19;
const fontSize = 11.5;
const face =
  'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "Noto Sans SC", "PingFang SC", monospace';
/** Narrower boxes have square corners, which nobody sees and which are painted many times faster. Pixels. */
const roundedFrom = 8;
const matchColor = '#ffd84d';

export interface FlamePicture {
  readonly view: FlameView;
  /** By branch; the ground has its own. */
  readonly colorOf: (branch: number) => string;
  readonly nameOf: (branch: number) => string;
  /** null: nothing is looked for. */
  readonly isMatch: ((branch: number) => boolean) | null;
  readonly theme: FlameTheme;
  readonly width: number;
  readonly height: number;
  /** Pixels by which the rows are scrolled. */
  readonly scrollTop: number;
  /** True: root at the top. */
  readonly icicle: boolean;
}

/** Row on the screen of a row of the view, and back. */
export function screenRow(row: number, rowCount: number, icicle: boolean): number {
  return icicle ? row : rowCount - 1 - row;
}

export function paintFlame(context: CanvasRenderingContext2D, picture: FlamePicture): void {
  const { view, width, height, scrollTop, icicle } = picture;
  const ratio = devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `${fontSize}px ${face}`;
  context.textBaseline = 'middle';
  const letter = context.measureText('m').width;
  const first = Math.floor(scrollTop / rowHeight);
  const last = Math.ceil((scrollTop + height) / rowHeight);
  for (let screen = first; screen <= last; screen += 1) {
    const row = screenRow(screen, rowsOf(view), icicle);
    const [begin, end] = [view.rowStart[row], view.rowStart[row + 1]];
    if (begin === undefined || end === undefined) continue;
    paintRow(context, picture, { begin, end, top: screen * rowHeight - scrollTop, letter });
  }
  context.globalAlpha = 1;
}

interface RowPlace {
  readonly begin: number;
  readonly end: number;
  readonly top: number;
  readonly letter: number;
}

function paintRow(context: CanvasRenderingContext2D, picture: FlamePicture, place: RowPlace): void {
  const { view, width, isMatch, colorOf } = picture;
  const { begin, end, top } = place;
  let painted = -1;
  for (let box = begin; box < end; box += 1) {
    const left = (view.x[box] ?? 0) * width;
    const whole = (view.width[box] ?? 0) * width;
    const branch = view.branch[box] ?? ground;
    const matched = isMatch === null || isMatch(branch);
    if (whole < 1 && left + whole < painted && !(isMatch !== null && matched)) continue;
    const wide = Math.max(0.7, whole - (whole > 3 ? 1 : 0));
    painted = Math.max(painted, Math.ceil(left + wide));
    context.globalAlpha = matched ? (box < view.ancestors ? 0.55 : 1) : 0.28;
    context.fillStyle = isMatch !== null && matched ? matchColor : colorOf(branch);
    if (wide < roundedFrom) {
      context.fillRect(left, top, wide, rowHeight - 1);
      continue;
    }
    context.beginPath();
    context.roundRect(left, top, wide, rowHeight - 1, 3);
    context.fill();
    paintName(context, picture, { branch, matched, left, top, letters: (wide - 8) / place.letter });
  }
}

interface NamePlace {
  readonly branch: number;
  readonly matched: boolean;
  readonly left: number;
  readonly top: number;
  readonly letters: number;
}

function paintName(context: CanvasRenderingContext2D, picture: FlamePicture, place: NamePlace): void {
  const { branch, matched, left, top } = place;
  const letters = Math.floor(place.letters);
  if (letters < 2) return;
  context.globalAlpha = matched ? 1 : 0.75;
  context.fillStyle = matched || picture.theme === 'light' ? '#10131a' : '#e7eaf0';
  context.fillText(truncate(picture.nameOf(branch), letters), left + 4, top + rowHeight / 2);
}

/** Over the painted picture: the frame of one box. */
export function paintFocus(context: CanvasRenderingContext2D, picture: FlamePicture, box: number): void {
  const { view, width, theme, scrollTop, icicle } = picture;
  if (box < 0 || box >= view.count) return;
  const top = screenRow(rowOf(view, box), rowsOf(view), icicle) * rowHeight - scrollTop;
  const left = (view.x[box] ?? 0) * width;
  const wide = Math.max(2, (view.width[box] ?? 0) * width - 1);
  const ratio = devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.strokeStyle = theme === 'dark' ? '#ffffff' : '#10131a';
  context.lineWidth = 2;
  context.strokeRect(left + 1, top + 1, Math.max(1, wide - 2), rowHeight - 3);
}
