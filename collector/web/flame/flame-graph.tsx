// The flame graph. In: the top-down tree and what is looked for. Out: a canvas that zooms by click or keyboard, and the
// box in focus as text, because a canvas says nothing to those who do not see it.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { StackNode } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { theme } from '../state/theme.ts';
import { paintFlame, rowHeight, screenRow } from './flame-paint.ts';
import type { Matcher } from './flame-search.ts';
import { FlameTooltip } from './flame-tooltip.tsx';
import { type FlameMove, hitBox, moveFocus, pathTo, viewFlame } from './flame-view.ts';

export interface FlameGraphProps {
  readonly root: StackNode;
  readonly matches: Matcher | null;
  readonly icicle: boolean;
  readonly path: readonly StackNode[];
  readonly onZoom: (path: readonly StackNode[]) => void;
}

const moves: Readonly<Record<string, { readonly icicle: FlameMove; readonly flame: FlameMove }>> = {
  ArrowUp: { icicle: 'caller', flame: 'callee' },
  ArrowDown: { icicle: 'callee', flame: 'caller' },
  ArrowLeft: { icicle: 'left', flame: 'left' },
  ArrowRight: { icicle: 'right', flame: 'right' },
};

export function FlameGraph(props: FlameGraphProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0, scrollTop: 0 });
  const focus = useSignal(-1);
  const pointer = useSignal<{ readonly x: number; readonly y: number } | null>(null);
  const { root, path } = props;
  const width = size.value.width;
  const view = useMemo(
    () => viewFlame(path.length > 0 ? path : [root], width > 0 ? 0.4 / width : 0.001),
    [root, path, width],
  );
  useEffect(() => {
    focus.value = -1;
  }, [root, path]);
  const focused = view.boxes[focus.value];
  const rowCount = view.rows.length;

  useEffect(() => observeSize(scroller.current, size), []);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || size.value.width === 0) return;
    const { matches, icicle } = props;
    const picture = { view: view, focus: focus.value, matches, icicle, theme: theme.value, ...size.value };
    paintFlame(context, picture);
  });

  const locate = (event: MouseEvent): number => {
    const row = screenRow(
      Math.floor((event.offsetY + size.peek().scrollTop) / rowHeight),
      rowCount,
      props.icicle,
    );
    return hitBox(view, event.offsetX / size.peek().width, row);
  };
  const zoom = (index: number): void => {
    if (index >= 0) props.onZoom(pathTo(view, index));
  };
  const onKey = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (move !== undefined)
      focus.value = moveFocus(view, focus.peek(), props.icicle ? move.icicle : move.flame);
    else if (event.key === 'Enter') zoom(focus.peek());
    else if (event.key === 'Escape') props.onZoom([]);
    else return;
    event.preventDefault();
  };
  const full = rowCount * rowHeight;
  const height = Math.min(full, size.value.height || full);
  return (
    <div class="flame">
      <div
        class="flame-scroll"
        ref={scroller}
        onScroll={(event) => {
          size.value = { ...size.peek(), scrollTop: event.currentTarget.scrollTop };
        }}
      >
        <div style={{ height: `${full}px` }}>
          <canvas
            ref={canvas}
            tabIndex={0}
            role="img"
            aria-label={t('flame.label')}
            data-testid="flame-graph"
            data-boxes={view.boxes.length}
            data-focused={focused?.node.function ?? ''}
            data-row-height={rowHeight}
            width={Math.round(size.value.width * devicePixelRatio)}
            height={Math.round(height * devicePixelRatio)}
            style={{ width: `${size.value.width}px`, height: `${height}px` }}
            onMouseMove={(event) => {
              focus.value = locate(event);
              pointer.value = { x: event.clientX, y: event.clientY };
            }}
            onMouseLeave={() => {
              focus.value = -1;
              pointer.value = null;
            }}
            onClick={(event) => zoom(locate(event))}
            onKeyDown={onKey}
          />
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

function describe(node: StackNode): string {
  return t('flame.box', {
    name: visible(node.function),
    module: node.module === '' ? '–' : visible(node.module),
    total: formatRatio(node.total),
    self: formatRatio(node.self),
  });
}

type SizeSignal = Signal<{ width: number; height: number; scrollTop: number }>;

function observeSize(scroller: HTMLDivElement | null, size: SizeSignal): (() => void) | undefined {
  if (scroller === null) return undefined;
  const observer = new ResizeObserver(() => {
    const limit = Math.max(260, Math.round(innerHeight * 0.66));
    size.value = { ...size.peek(), width: scroller.clientWidth, height: limit };
  });
  observer.observe(scroller);
  return () => observer.disconnect();
}
