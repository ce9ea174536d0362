// Paints the rows of a flame graph that are in sight. In: a view, what is looked at, the place on the canvas.
// Text is cut to its box. Nothing is measured twice: a monospaced face has one width.
import { truncate } from '../../../shared/text.ts';
import { type FlameTheme, type ModuleHues, moduleColor } from './flame-color.ts';
import type { Matcher } from './flame-search.ts';
import type { FlameView, ShownBox } from './flame-view.ts';
import { frameName } from './frame-name.ts';

export const rowHeight = 19;
const fontSize = 11.5;

export interface FlamePicture {
  readonly view: FlameView;
  readonly focus: number;
  readonly matches: Matcher | null;
  readonly theme: FlameTheme;
  readonly hues: ModuleHues;
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
  context.font = `${fontSize}px ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "Noto Sans SC", monospace`;
  context.textBaseline = 'middle';
  const letter = context.measureText('m').width;
  const first = Math.floor(scrollTop / rowHeight);
  const last = Math.ceil((scrollTop + height) / rowHeight);
  for (let screen = first; screen <= last; screen += 1) {
    const row = screenRow(screen, view.rows.length, icicle);
    for (const index of view.rows[row] ?? []) {
      const box = view.boxes[index];
      if (box !== undefined)
        paintBox(context, picture, { box, index, top: screen * rowHeight - scrollTop, letter });
    }
  }
}

interface BoxPlace {
  readonly box: ShownBox;
  readonly index: number;
  readonly top: number;
  readonly letter: number;
}

function paintBox(context: CanvasRenderingContext2D, picture: FlamePicture, place: BoxPlace): void {
  const { matches, theme, hues, width, focus, view } = picture;
  const { box, index, top, letter } = place;
  const left = box.x * width;
  const wide = Math.max(0.5, box.width * width - (box.width * width > 3 ? 1 : 0));
  const matched = matches === null || matches(box.node);
  context.globalAlpha = matched ? (index < view.ancestors ? 0.55 : 1) : 0.28;
  context.fillStyle = matches !== null && matched ? '#ffd84d' : moduleColor(box.node.module, hues, theme);
  context.beginPath();
  context.roundRect(left, top, wide, rowHeight - 1, Math.min(3, wide / 2));
  context.fill();
  const letters = Math.floor((wide - 8) / letter);
  if (letters >= 2) {
    context.globalAlpha = matched ? 1 : 0.75;
    context.fillStyle = matched || theme === 'light' ? '#10131a' : '#e7eaf0';
    context.fillText(truncate(frameName(box.node), letters), left + 4, top + rowHeight / 2);
  }
  if (index === focus) {
    context.globalAlpha = 1;
    context.strokeStyle = theme === 'dark' ? '#ffffff' : '#10131a';
    context.lineWidth = 2;
    context.strokeRect(left + 1, top + 1, Math.max(1, wide - 2), rowHeight - 3);
  }
}
