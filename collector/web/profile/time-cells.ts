// Where the cells of a profile's course lie. In: weights of equal steps. Out: columns of whole seconds, rows of the steps within
// a second, the first at the bottom; a strip of columns above; the time under a point; the steps between two points. Pure.

export interface Course {
  /** Seconds. */
  readonly from: number;
  readonly step: number;
  readonly weights: readonly number[];
}

export interface CourseShape {
  readonly columns: number;
  /** Steps in a column. */
  readonly rows: number;
  readonly most: number;
  /** By column: all of it. */
  readonly sums: readonly number[];
  readonly mostSum: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export function shapeCourse({ step, weights }: Course): CourseShape {
  const rows = Math.max(1, Math.round(1 / step));
  // A recording ends a moment late; a second of which it saw hardly anything would only be an empty column.
  const used = weights.findLastIndex((weight) => weight > 0) + 1;
  const columns = Math.max(1, Math.ceil(used / rows - hardlyAnything));
  const sums = Array.from({ length: columns }, () => 0);
  let most = 0;
  weights.slice(0, columns * rows).forEach((weight, index) => {
    const column = Math.floor(index / rows);
    sums[column] = (sums[column] ?? 0) + weight;
    if (weight > most) most = weight;
  });
  return { columns, rows, most, sums, mostSum: sums.reduce((a, b) => Math.max(a, b), 0) };
}

/** Seconds. */
const hardlyAnything = 0.1;

/** Steps are as short as the samples allow: a cell should mostly hold some. Seconds. */
export function chooseCellStep(frequencyHz: number): number {
  if (frequencyHz >= 80) return 0.02;
  return frequencyHz >= 40 ? 0.05 : 0.1;
}

/** Index of the step under a point; both 0 to 1, y from the top. */
export function cellAt({ columns, rows }: CourseShape, x: number, y: number): number {
  const column = Math.min(columns - 1, Math.max(0, Math.floor(x * columns)));
  const row = Math.min(rows - 1, Math.max(0, Math.floor((1 - y) * rows)));
  return column * rows + row;
}

/** From the begin of one step to the end of another, whichever comes first. */
export function spanOf({ from, step }: Course, a: number, b: number): Span {
  const [low, high] = a <= b ? [a, b] : [b, a];
  return { from: round(from + low * step), to: round(from + (high + 1) * step) };
}

/** First and last step of a span; what lies outside of the course is cut. */
export function cellsOf({ from, step, weights }: Course, span: Span): readonly [first: number, last: number] {
  const first = Math.floor((span.from - from) / step + 1e-6);
  const last = Math.ceil((span.to - from) / step - 1e-6) - 1;
  return [Math.max(0, first), Math.min(weights.length - 1, last)];
}

/** Milliseconds are what samples keep. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
