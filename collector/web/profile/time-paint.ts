// Paints the course of a profile: a strip of seconds, and below it the steps within each second as a heat map. What is not
// chosen is faded.
import { rampColor, toCss } from '../charts/ramp.ts';
import type { Theme } from '../state/theme.ts';
import { type Course, type CourseShape, cellsOf, type Span } from './time-cells.ts';

export const stripHeight = 36;
export const heatTop = stripHeight + 4;

export interface CoursePicture {
  readonly course: Course;
  readonly shape: CourseShape;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** null: all of it. */
  readonly chosen: Span | null;
  readonly cursor: number;
}

const levels = 24;

export function paintCourse(context: CanvasRenderingContext2D, picture: CoursePicture): void {
  const { course, shape, width, height, theme, chosen } = picture;
  const ratio = devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const [first, last] = chosen === null ? [0, course.weights.length - 1] : cellsOf(course, chosen);
  const colors = Array.from({ length: levels }, (_, level) => toCss(rampColor(theme, level / (levels - 1))));
  const wide = width / shape.columns;
  const gap = wide > 5 ? 1 : 0;
  context.fillStyle = theme === 'dark' ? '#6aa6ff' : '#1a63d8';
  shape.sums.forEach((sum, column) => {
    const tall = shape.mostSum > 0 ? (sum / shape.mostSum) * (stripHeight - 2) : 0;
    const begin = column * shape.rows;
    context.globalAlpha = begin > last || begin + shape.rows - 1 < first ? 0.25 : 0.85;
    context.fillRect(column * wide, stripHeight - tall, Math.max(0.6, wide - gap), tall);
  });
  const cell = (height - heatTop) / shape.rows;
  course.weights.slice(0, shape.columns * shape.rows).forEach((weight, index) => {
    const column = Math.floor(index / shape.rows);
    const row = index % shape.rows;
    const level = shape.most > 0 ? Math.round((weight / shape.most) * (levels - 1)) : 0;
    context.globalAlpha = index < first || index > last ? 0.22 : 1;
    context.fillStyle = weight > 0 ? (colors[level] ?? '') : theme === 'dark' ? '#1a1f2a' : '#eef0f4';
    context.fillRect(
      column * wide,
      height - (row + 1) * cell,
      Math.max(0.6, wide - gap),
      cell + (cell > 4 ? -0.6 : 0.3),
    );
  });
  context.globalAlpha = 1;
  paintCursor(context, picture, { wide, cell });
}

function paintCursor(
  context: CanvasRenderingContext2D,
  { cursor, shape, height, theme }: CoursePicture,
  { wide, cell }: { readonly wide: number; readonly cell: number },
): void {
  if (cursor < 0) return;
  context.strokeStyle = theme === 'dark' ? '#ffffff' : '#10131a';
  context.lineWidth = 1.5;
  const column = Math.floor(cursor / shape.rows);
  const row = cursor % shape.rows;
  context.strokeRect(
    column * wide - 0.5,
    height - (row + 1) * cell - 1,
    Math.max(4, wide),
    Math.max(4, cell + 1),
  );
}
