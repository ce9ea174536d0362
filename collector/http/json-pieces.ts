// In: a large answer. Out: its JSON text piece by piece, so that no answer holds the event loop for long.
//
// Values that do not exist are null. The others are rounded to seven digits of the largest in their row, but never to
// more than whole numbers: nobody reads more of an average, and the text is half as long.
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { MetricTable } from '../query/metric-table.ts';

const pieceChars = 256 * 1024;
const digits = 7;

export function metricTableJson(table: MetricTable): Readable {
  return inPieces(tableTexts(table));
}

/** An array of objects, each of which is small. */
export function listJson(items: readonly unknown[]): Readable {
  return inPieces(listTexts(items));
}

/** Others have a turn between the pieces. */
function inPieces(texts: Iterable<string>): Readable {
  return Readable.from(pieces(texts), { objectMode: false, encoding: 'utf8' });
}

async function* pieces(texts: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceChars) continue;
    yield piece;
    piece = '';
    await setImmediate();
  }
  yield piece;
}

function* listTexts(items: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [place, item] of items.entries()) yield (place === 0 ? '' : ',') + JSON.stringify(item);
  yield ']';
}

function* tableTexts({ timesMs, stepMs, rows, gaps }: MetricTable): Generator<string> {
  const times = numbersText(timesMs.map((timeMs) => timeMs / 1000));
  yield `{"step":${stepMs / 1000},"times":${times},"rows":[`;
  for (const [place, { values, band, ...row }] of rows.entries()) {
    const { metric, node, labels, rate, across, members } = row;
    const head = JSON.stringify({ metric, node, labels, rate, across, members }).slice(0, -1);
    const own = `${place === 0 ? '' : ','}${head},"values":${numbersText(rounded(values))}`;
    yield band === null
      ? `${own}}`
      : `${own},"min":${numbersText(rounded(band.min))},"max":${numbersText(rounded(band.max))}}`;
  }
  yield `],"gaps":${JSON.stringify(gaps)}}`;
}

function numbersText(values: Float64Array): string {
  let text = '[';
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    text += `${place === 0 ? '' : ','}${Number.isFinite(value) ? value : 'null'}`;
  }
  return `${text}]`;
}

function rounded(values: Float64Array): Float64Array {
  let largest = 0;
  let isWhole = true;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (value !== value) continue;
    isWhole &&= Number.isInteger(value);
    const size = Math.abs(value);
    if (size > largest) largest = size;
  }
  if (isWhole || !Number.isFinite(largest)) return values;
  const decimals = digits - 1 - Math.floor(Math.log10(largest));
  if (decimals > 300) return values;
  const scale = 10 ** Math.max(0, decimals);
  return values.map((value) => Math.round(value * scale) / scale);
}
