// The flame graph. In: the top-down tree and what is looked for. Out: a canvas that zooms by click or keyboard, and the
// box in focus as text, because a canvas says nothing to those who do not see it.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { StackNode } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { type PagePoint, Picture } from '../parts/picture.tsx';
import { useWidth } from '../parts/use-width.ts';
import { theme } from '../state/theme.ts';
import { type ModuleHues, moduleHues } from './flame-color.ts';
import { paintFlame, rowHeight, screenRow } from './flame-paint.ts';
import type { Matcher } from './flame-search.ts';
import { FlameTooltip } from './flame-tooltip.tsx';
import { type FlameMove, type FlameView, hitBox, moveFocus, pathTo, viewFlame } from './flame-view.ts';
import { frameName } from './frame-name.ts';

export interface FlameGraphProps {
  readonly root: StackNode;
  readonly matches: Matcher | null;
  readonly icicle: boolean;
  /** From the root to what is zoomed to; empty: all of it. */
  readonly path: readonly StackNode[];
  readonly onZoom: (path: readonly StackNode[]) => void;
}

/** Narrower boxes cannot be seen. Pixels. */
const narrowest = 0.4;

export function FlameGraph({ root, path, onZoom, matches, icicle }: FlameGraphProps) {
  const { ref, width: measured } = useWidth();
  const scrollTop = useSignal(0);
  const focus = useSignal(-1);
  const pointer = useSignal<PagePoint | null>(null);
  const width = measured.value;
  const view = useMemo(
    () => viewFlame(path.length > 0 ? path : [root], width > 0 ? narrowest / width : 0.001),
    [root, path, width],
  );
  const hues = useMemo(() => moduleHues(root), [root]);
  useEffect(() => {
    focus.value = -1;
  }, [root, path]);
  const focused = view.boxes[focus.value];
  return (
    <div class="flame">
      <div
        class="flame-scroll"
        ref={ref}
        onScroll={(event) => {
          scrollTop.value = event.currentTarget.scrollTop;
        }}
      >
        <div style={{ height: `${view.rows.length * rowHeight}px` }}>
          <FlameCanvas {...{ view, hues, width, scrollTop, focus, pointer, matches, icicle, onZoom }} />
        </div>
      </div>
      <p class="flame-line" aria-live="polite" data-testid="flame-line">
        {focused === undefined ? t('flame.hint') : describe(focused.node)}
      </p>
      {focused !== undefined && pointer.value !== null && (
        <FlameTooltip node={focused.node} at={pointer.value} />
      )}
    </div>
  );
}

interface FlameCanvasProps extends Pick<FlameGraphProps, 'matches' | 'icicle' | 'onZoom'> {
  readonly view: FlameView;
  readonly hues: ModuleHues;
  readonly width: number;
  readonly scrollTop: Signal<number>;
  readonly focus: Signal<number>;
  readonly pointer: Signal<PagePoint | null>;
}

function FlameCanvas({ view, hues, width, scrollTop, focus, pointer, ...props }: FlameCanvasProps) {
  const { matches, icicle, onZoom } = props;
  const inSight = Math.max(260, Math.round(innerHeight * 0.66));
  const height = Math.min(view.rows.length * rowHeight, inSight);
  const seen = { scrollTop: scrollTop.value, focus: focus.value, theme: theme.value };
  return (
    <Picture
      {...{ width, height, focus, pointer }}
      role="img"
      label={t('flame.label')}
      data={dataOf(view, view.boxes[focus.value]?.node)}
      paint={(context) => paintFlame(context, { view, hues, matches, icicle, width, height, ...seen })}
      locate={(x, y) => {
        const row = Math.floor((y + scrollTop.value) / rowHeight);
        return hitBox(view, x / width, screenRow(row, view.rows.length, icicle));
      }}
      onOpen={(index) => {
        if (index >= 0) onZoom(pathTo(view, index));
      }}
      onKey={(key) => {
        const move = moveOf(key, icicle);
        if (move !== undefined) focus.value = moveFocus(view, focus.peek(), move);
        else if (key === 'Escape') onZoom([]);
        return move !== undefined || key === 'Escape';
      }}
    />
  );
}

function dataOf(view: FlameView, focused: StackNode | undefined) {
  return {
    'data-testid': 'flame-graph',
    'data-boxes': view.boxes.length,
    'data-focused': focused?.function ?? '',
    'data-row-height': rowHeight,
  };
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

function describe(node: StackNode): string {
  return t('flame.box', {
    name: frameName(node),
    module: node.module === '' ? '–' : visible(node.module),
    total: formatRatio(node.total),
    self: formatRatio(node.self),
  });
}
