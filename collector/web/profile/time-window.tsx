// The course of a profile in time, and the window of it that is looked at. In: the samples that are chosen but for their time.
// Out: a strip and a sub-second heat map; a drag, or Shift and arrow keys, chooses a window; fields say it in figures.
import { type Signal, useSignal } from '@preact/signals';
import type { TargetedPointerEvent } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Profile } from '../../../shared/api/profile.ts';
import type { SampleChoice } from '../../../shared/api/profile-view.ts';
import { fetchTimeline, type WantedFunction } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { useResource } from '../parts/use-resource.ts';
import { useWidth } from '../parts/use-width.ts';
import { setParameters } from '../state/navigation.ts';
import { theme } from '../state/theme.ts';
import { trim } from '../state/time-range.ts';
import { type Course, cellAt, chooseCellStep, type Span, shapeCourse, spanOf } from './time-cells.ts';
import { heatTop, paintCourse } from './time-paint.ts';
import { formatWeight } from './weight.ts';

export interface TimeWindowProps {
  readonly profile: Profile;
  readonly samples: SampleChoice;
  readonly wanted: WantedFunction | null;
}

const height = 136;

export function TimeWindow({ profile, samples, wanted }: TimeWindowProps) {
  const { node, pid, thread, rank, from, to } = samples;
  const step = chooseCellStep(profile.frequency);
  const course = useResource(
    (signal) => {
      const who = { ...(node === undefined ? {} : { node }), ...(pid === undefined ? {} : { pid }) };
      const which = { ...(thread === undefined ? {} : { thread }), ...(rank === undefined ? {} : { rank }) };
      return fetchTimeline(profile.id, { ...who, ...which, ...wanted, step }, { signal });
    },
    [profile.id, profile.samples, node, pid, thread, rank, wanted?.function, wanted?.module, step],
  );
  const data = course.data.value;
  if (data === null || data.weights.length === 0) return null;
  const end = data.from + data.step * data.weights.length;
  const chosen = from === undefined && to === undefined ? null : { from: from ?? data.from, to: to ?? end };
  return (
    <section class="choice-part" aria-label={t('time.title')}>
      <header class="choice-head">
        <h3>{t('time.title')}</h3>
        {wanted !== null && <span class="muted">{t('time.ofFunction')}</span>}
        <span class="spacer" />
        <WindowFields span={chosen} end={end} />
      </header>
      <CourseCanvas course={data} chosen={chosen} profile={profile} />
      <p class="choice-note muted">{t('time.hint')}</p>
    </section>
  );
}

function chooseSpan(span: Span | null): void {
  setParameters(
    span === null ? { from: null, to: null } : { from: trim(span.from), to: trim(span.to) },
    'push',
  );
}

function WindowFields({ span, end }: { readonly span: Span | null; readonly end: number }) {
  const field = (name: 'from' | 'to', value: number) => (
    <label class="inline-field">
      {t(`time.${name}`)}
      <input
        type="number"
        min={0}
        max={end}
        step={0.01}
        value={trim(value)}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          const next = { from: span?.from ?? 0, to: span?.to ?? end, [name]: typed };
          if (typed >= 0 && next.to > next.from) chooseSpan(next);
        }}
      />
    </label>
  );
  return (
    <>
      {field('from', span?.from ?? 0)}
      {field('to', span?.to ?? end)}
      <button type="button" class="button small" disabled={span === null} onClick={() => chooseSpan(null)}>
        {t('time.all')}
      </button>
    </>
  );
}

interface CourseCanvasProps {
  readonly course: Course;
  readonly chosen: Span | null;
  readonly profile: Profile;
}

function CourseCanvas({ course, chosen, profile }: CourseCanvasProps) {
  const { ref, width } = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const shape = useMemo(() => shapeCourse(course), [course]);
  const cursor = useSignal(-1);
  const anchor = useSignal(-1);
  const drawn = anchor.value < 0 ? chosen : spanOf(course, anchor.value, cursor.value);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null || width.value === 0) return;
    const place = { width: width.value, height, theme: theme.value };
    paintCourse(context, { course, shape, chosen: drawn, cursor: cursor.value, ...place });
  });
  return (
    <div class="course" ref={ref}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={t('time.label')}
        data-testid="time-window"
        width={Math.round(width.value * devicePixelRatio)}
        height={Math.round(height * devicePixelRatio)}
        style={{ width: `${width.value}px`, height: `${height}px` }}
        {...courseInput({ course, shape, cursor, anchor, width })}
      />
      <CourseAxis {...{ course, profile }} columns={shape.columns} cell={cursor.value} />
    </div>
  );
}

interface CourseInput {
  readonly course: Course;
  readonly shape: ReturnType<typeof shapeCourse>;
  /** Cell under the pointer or the keys; -1: none. */
  readonly cursor: Signal<number>;
  /** Cell in which a window was begun; -1: none is being drawn. */
  readonly anchor: Signal<number>;
  readonly width: { readonly value: number };
}

/** What pointer and keys do on the canvas. */
function courseInput({ course, shape, cursor, anchor, width }: CourseInput) {
  const locate = (event: PointerEvent): number =>
    cellAt(shape, event.offsetX / width.value, (event.offsetY - heatTop) / (height - heatTop));
  const finish = (): void => {
    if (anchor.value >= 0 && cursor.value !== anchor.value)
      chooseSpan(spanOf(course, anchor.value, cursor.value));
    anchor.value = -1;
  };
  return {
    onPointerDown(event: TargetedPointerEvent<HTMLCanvasElement>): void {
      event.currentTarget.setPointerCapture(event.pointerId);
      // On the strip a whole second is meant.
      const at = locate(event);
      anchor.value = event.offsetY < heatTop ? at - (at % shape.rows) : at;
      cursor.value = at;
    },
    onPointerMove(event: PointerEvent): void {
      cursor.value = locate(event);
    },
    onPointerUp: finish,
    onPointerLeave(): void {
      if (anchor.value < 0) cursor.value = -1;
    },
    onKeyDown(event: KeyboardEvent): void {
      if (!moveCursor(event, { cursor, anchor, cells: course.weights.length, rows: shape.rows })) return;
      if (event.key === 'Enter') finish();
      if (event.key === 'Escape') chooseSpan(null);
      event.preventDefault();
    },
  };
}

interface CourseAxisProps extends Pick<CourseCanvasProps, 'course' | 'profile'> {
  readonly columns: number;
  /** Under the pointer; -1: none. */
  readonly cell: number;
}

function CourseAxis({ course, profile, columns, cell }: CourseAxisProps) {
  const { from } = spanOf(course, cell, cell);
  const weight = formatWeight(course.weights[cell] ?? 0, profile.unit);
  return (
    <div class="course-axis muted" aria-hidden="true">
      <span>{`${course.from} s`}</span>
      <span>{cell < 0 ? '' : `${from.toFixed(2)} s · ${weight}`}</span>
      <span>{`${course.from + columns} s`}</span>
    </div>
  );
}

interface Cursor {
  readonly cursor: Signal<number>;
  readonly anchor: Signal<number>;
  readonly cells: number;
  readonly rows: number;
}

/** Left and right go by a second, up and down by a step; Shift draws the window. False: the key means nothing here. */
function moveCursor(event: KeyboardEvent, { cursor, anchor, cells, rows }: Cursor): boolean {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -rows,
    ArrowRight: rows,
    ArrowUp: 1,
    ArrowDown: -1,
  };
  const step = steps[event.key];
  if (step === undefined) return event.key === 'Enter' || event.key === 'Escape';
  const at = Math.max(0, cursor.peek());
  if (event.shiftKey && anchor.peek() < 0) anchor.value = at;
  if (!event.shiftKey) anchor.value = -1;
  cursor.value = Math.min(cells - 1, Math.max(0, at + step));
  return true;
}
