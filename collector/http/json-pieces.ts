// In: a large answer. Out: its JSON, at once when it is small, else piece by piece, so that no answer holds the event loop for
// long.
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Band } from '../query/bucket-values.ts';
import type { MetricRow, MetricTable } from '../query/metric-table.ts';
import { JsonBytes } from './json-bytes.ts';

const pieceBytes = 256 * 1024;
/** Times are whole milliseconds. */
const timeDecimals = 3;

export function metricTableJson(table: MetricTable): Buffer | Readable {
  const json = new JsonBytes();
  return inPieces(json, writeTable(json, table));
}

/** An array of objects, each of which is small. */
export function listJson(items: readonly unknown[]): Buffer | Readable {
  const json = new JsonBytes();
  return inPieces(json, writeList(json, items));
}

/** `steps` write a little each; others have a turn between the pieces. */
function inPieces(json: JsonBytes, steps: Iterator<void>): Buffer | Readable {
  const isEnd = writePiece(json, steps);
  return isEnd ? json.take() : Readable.from(pieces(json, steps), { objectMode: false });
}

async function* pieces(json: JsonBytes, steps: Iterator<void>): AsyncGenerator<Buffer> {
  for (let isEnd = false; !isEnd; isEnd = writePiece(json, steps)) {
    yield json.take();
    await setImmediate();
  }
  yield json.take();
}

/** True when that was all. */
function writePiece(json: JsonBytes, steps: Iterator<void>): boolean {
  while (json.length < pieceBytes) if (steps.next().done === true) return true;
  return false;
}

function* writeList(json: JsonBytes, items: readonly unknown[]): Generator<void> {
  json.text('[');
  for (const [place, item] of items.entries()) {
    json.text((place === 0 ? '' : ',') + JSON.stringify(item));
    yield;
  }
  json.text(']');
}

function* writeTable(json: JsonBytes, { timesMs, stepMs, rows, gaps }: MetricTable): Generator<void> {
  json.text(`{"step":${stepMs / 1000},"times":`);
  json.numbers(
    timesMs.map((timeMs) => timeMs / 1000),
    timeDecimals,
  );
  json.text(',"rows":[');
  let last: MetricRow | null = null;
  let rest = '';
  for (const row of rows) {
    const { metric, node, values, band } = row;
    if (last === null || !isAlike(row, last)) rest = afterNode(row);
    json.text(
      `${last === null ? '' : ','}{"metric":${JSON.stringify(metric)},"node":${JSON.stringify(node)},${rest},"values":`,
    );
    json.numbers(values);
    if (band !== null) writeBand(json, band);
    json.text('}');
    last = row;
    yield;
  }
  json.text(`],"gaps":${JSON.stringify(gaps)}}`);
}

/** Rows of thousands of nodes differ in their node alone. */
function isAlike(row: MetricRow, other: MetricRow): boolean {
  return (
    row.labels === other.labels &&
    row.rate === other.rate &&
    row.across === other.across &&
    row.members === other.members
  );
}

function afterNode({ labels, rate, across, members }: MetricRow): string {
  return JSON.stringify({ labels, rate, across, members }).slice(1, -1);
}

function writeBand(json: JsonBytes, { min, max }: Band): void {
  json.text(',"min":');
  json.numbers(min);
  json.text(',"max":');
  json.numbers(max);
}
