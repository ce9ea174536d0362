// The flame graph. In: a tree, colours and words for its branches, what is looked for. Out: a canvas that zooms by click or
// keyboard, and the box in focus as text, because a canvas says nothing to those who do not see it. The picture is painted
// when it changes; the focus moves over it.
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { type PagePoint, Picture } from '../parts/picture.tsx';
import { useWidth } from '../parts/use-width.ts';
import { theme } from '../state/theme.ts';
import { type FlamePicture, paintFlame, paintFocus, rowHeight, screenRow } from './flame-paint.ts';
import { FlameTooltip } from './flame-tooltip.tsx';
import { type FlameTree, ground } from './flame-tree.ts';
import { type FlameMove, type FlameView, hitBox, moveFocus, rowsOf, viewFlame } from './flame-view.ts';
import { frameName } from './frame-name.ts';

/** What a branch says: its share and more, as rows of the tooltip and as one line. */
export interface BranchWords {
  readonly rows: readonly ComponentChildren[];
  readonly line: string;
}

export interface FlameGraphProps {
  readonly tree: FlameTree;
  /** By branch; the same function as long as nothing changes. */
  readonly colorOf: (branch: number) => string;
  readonly describe: (branch: number) => BranchWords;
  /** By function: 1 where it matches; null: nothing is looked for. */
  readonly matched: Uint8Array | null;
  readonly icicle: boolean;
  readonly zoomed: number;
  /** The lowest branch that is drawn; absent: the ground. */
  readonly base?: number;
  readonly onZoom: (branch: number) => void;
  /** `s`, or the button in the line below. */
  readonly onPick: ((frame: number) => void) | undefined;
  readonly label: string;
  readonly testId?: string;
  /** Share of the window's height that it may take. */
  readonly share?: number;
}

/** Narrower boxes cannot be seen. Pixels. */
const narrowest = 0.5;

export function FlameGraph(props: FlameGraphProps) {
  const { tree, zoomed, icicle, describe, onPick, base = ground } = props;
  const { ref, width: measured } = useWidth();
  const scrollTop = useSignal(0);
  const focus = useSignal(-1);
  const pointer = useSignal<PagePoint | null>(null);
  const width = measured.value;
  const view = useMemo(
    () => viewFlame(tree, { base, zoomed, minWidth: width > 0 ? narrowest / width : 0.001 }),
    [tree, base, zoomed, width],
  );
  useEffect(() => {
    focus.value = -1;
    // The end of the stacks that is looked at first is the root.
    if (ref.current !== null) ref.current.scrollTop = icicle ? 0 : ref.current.scrollHeight;
  }, [tree, zoomed, icicle]);
  const branch = focus.value < 0 ? undefined : view.branch[focus.value];
  return (
    <div class="flame">
      <div
        class="flame-scroll"
        ref={ref}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
      >
        <div style={{ height: `${rowsOf(view) * rowHeight}px` }}>
          <FlameCanvas {...props} {...{ view, width, scrollTop, focus, pointer }} />
        </div>
      </div>
      <FlameLine {...{ tree, branch: branch ?? zoomed, focused: branch !== undefined, describe, onPick }} />
      {branch !== undefined && pointer.value !== null && (
        <FlameTooltip
          frame={frameOf(tree, branch)}
          rows={describe(branch).rows}
          at={pointer.value}
          picks={onPick !== undefined && branch !== ground}
        />
      )}
    </div>
  );
}

interface FlameLineProps extends Pick<FlameGraphProps, 'tree' | 'describe' | 'onPick'> {
  readonly branch: number;
  readonly focused: boolean;
}

/** The focused branch in words, else the one that is zoomed to. */
function FlameLine({ tree, branch, focused, describe, onPick }: FlameLineProps) {
  const frame = tree.frameIds[branch];
  return (
    <p class="flame-line" aria-live="polite" data-testid="flame-line">
      <span>{focused || branch !== ground ? lineOf(tree, branch, describe) : t('flame.hint')}</span>
      {onPick !== undefined && !focused && frame !== undefined && branch !== ground && (
        <button type="button" class="button small" onClick={() => onPick(frame)}>
          {t('flame.pick')}
        </button>
      )}
    </p>
  );
}

interface FlameCanvasProps extends FlameGraphProps {
  readonly view: FlameView;
  readonly width: number;
  readonly scrollTop: Signal<number>;
  readonly focus: Signal<number>;
  readonly pointer: Signal<PagePoint | null>;
}

function FlameCanvas({ view, width, scrollTop, focus, pointer, ...props }: FlameCanvasProps) {
  const { tree, icicle, onZoom, onPick, label, testId = 'flame-graph', share = 0.66 } = props;
  const height = Math.min(rowsOf(view) * rowHeight, Math.max(200, Math.round(innerHeight * share)));
  const picture = usePicture(props, { view, width, height, scrollTop: scrollTop.value });
  const layer = useRef<Layer | null>(null);
  const focused = view.branch[focus.value];
  return (
    <Picture
      {...{ width, height, focus, pointer, label }}
      role="img"
      data={{
        'data-testid': testId,
        'data-boxes': view.count,
        'data-focused': focused === undefined ? '' : frameOf(tree, focused).function,
        'data-row-height': rowHeight,
      }}
      paint={(context) => {
        layer.current = paintLayer(layer.current, picture, context.canvas);
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, context.canvas.width, context.canvas.height);
        context.drawImage(layer.current.canvas, 0, 0);
        paintFocus(context, picture, focus.value);
      }}
      locate={(x, y) => {
        const row = Math.floor((y + scrollTop.value) / rowHeight);
        return hitBox(view, x / width, screenRow(row, rowsOf(view), icicle));
      }}
      onOpen={(box) => {
        const branch = view.branch[box];
        if (branch !== undefined) onZoom(branch);
      }}
      onKey={(key) => {
        const move = moveOf(key, icicle);
        const frame = tree.frameIds[view.branch[focus.peek()] ?? ground];
        if (move !== undefined) focus.value = moveFocus(view, focus.peek(), move);
        else if (key === 'Escape') onZoom(ground);
        else if (key === 's' && frame !== undefined && onPick !== undefined) onPick(frame);
        else return false;
        return true;
      }}
    />
  );
}

interface Place {
  readonly view: FlameView;
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
}

function usePicture(props: FlameGraphProps, place: Place): FlamePicture {
  const { tree, matched, icicle, colorOf } = props;
  const { view, width, height, scrollTop } = place;
  const names = useMemo(() => new Map<number, string>(), [tree, t('flame.all')]);
  const shownTheme = theme.value;
  return useMemo(
    () => ({
      view,
      width,
      height,
      scrollTop,
      icicle,
      colorOf,
      theme: shownTheme,
      nameOf: (branch) => {
        const id = branch === ground ? ground : (tree.frameIds[branch] ?? ground);
        const known = names.get(id) ?? frameName(frameOf(tree, branch));
        names.set(id, known);
        return known;
      },
      isMatch: matched === null ? null : (branch) => matched[tree.frameIds[branch] ?? ground] === 1,
    }),
    [view, width, height, scrollTop, icicle, colorOf, matched, shownTheme, t('flame.all')],
  );
}

interface Layer {
  readonly canvas: HTMLCanvasElement;
  readonly picture: FlamePicture;
}

/** Painted anew only when the picture is another one. */
function paintLayer(last: Layer | null, picture: FlamePicture, size: HTMLCanvasElement): Layer {
  const canvas = last?.canvas ?? document.createElement('canvas');
  const fits = canvas.width === size.width && canvas.height === size.height;
  if (last?.picture === picture && fits) return last;
  if (!fits) Object.assign(canvas, { width: size.width, height: size.height });
  const context = canvas.getContext('2d');
  if (context !== null) paintFlame(context, picture);
  return { canvas, picture };
}

function frameOf({ frames, frameIds }: FlameTree, branch: number) {
  return branch === ground
    ? { function: 'all', module: '' }
    : (frames[frameIds[branch] ?? 0] ?? { function: '', module: '' });
}

function lineOf(tree: FlameTree, branch: number, describe: FlameGraphProps['describe']): string {
  const frame = frameOf(tree, branch);
  const module = frame.module === '' ? '–' : visible(frame.module);
  return `${frameName(frame)} · ${module} · ${describe(branch).line}`;
}

function moveOf(key: string, icicle: boolean): FlameMove | undefined {
  switch (key) {
    case 'ArrowUp':
      return icicle ? 'caller' : 'callee';
    case 'ArrowDown':
      return icicle ? 'callee' : 'caller';
    case 'ArrowLeft':
      return 'left';
    case 'ArrowRight':
      return 'right';
    default:
      return undefined;
  }
}
