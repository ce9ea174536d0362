// In: a large answer. Out: its JSON, at once when it is small, else piece by piece, so that no answer holds the event loop for
// long.
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
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
  for (const [place, row] of rows.entries()) {
    if (place > 0) json.text(',');
    writeRow(json, row);
    yield;
  }
  json.text(`],"gaps":${JSON.stringify(gaps)}}`);
}

function writeRow(json: JsonBytes, { values, band, ...row }: MetricRow): void {
  const { metric, node, labels, rate, across, members } = row;
  json.text(JSON.stringify({ metric, node, labels, rate, across, members }).slice(0, -1));
  json.text(',"values":');
  json.numbers(values);
  if (band !== null) {
    json.text(',"min":');
    json.numbers(band.min);
    json.text(',"max":');
    json.numbers(band.max);
  }
  json.text('}');
}
