// In: the samples of the nodes of a group, node by node. Out: the group's chunks, series by series. Values go into the chunks
// from where they are.
import { encodeParts } from '../columns/chunk-codec.ts';
import type { ColumnPart } from '../columns/column-writer.ts';
import type { NewGroup } from '../partitions/new-rows.ts';
import type { NodeColumns } from '../partitions/node-columns.ts';
import type { YieldTurn } from '../turns.ts';
import type { TickBlock } from './tick-block.ts';

interface Cursor {
  readonly block: TickBlock;
  readonly part: { readonly values: Float64Array; from: number; readonly length: number; decimals: number };
  /** Of the next column of the block. */
  next: number;
}

/** undefined: there is nothing to write. */
export async function encodeBlocks(
  group: number,
  blocks: readonly (TickBlock | null)[],
  yieldTurn: YieldTurn,
): Promise<NewGroup | undefined> {
  const cursors = blocks.map((block) => (block === null ? null : cursorOf(block)));
  const present: (ColumnPart | null)[] = Array.from(blocks, () => null);
  const chunks: [number, Uint8Array][] = [];
  for (const number of unionOf(blocks)) {
    let isAny = false;
    for (let place = 0; place < cursors.length; place += 1) {
      const cursor = cursors[place] ?? null;
      const column = cursor === null ? null : nextColumn(cursor, number);
      present[place] = column;
      isAny ||= column !== null;
    }
    if (isAny) chunks.push([number, encodeParts(present, 'none')]);
    await yieldTurn();
  }
  const times = blocks.map((block) => (block === null || block.timesMs.length === 0 ? null : block.timesMs));
  const bounds = boundsOf(times);
  return bounds === undefined ? undefined : { group, times, ...bounds, chunks };
}

export function toNodeColumns({ layout, timesMs, values }: TickBlock): NodeColumns {
  const length = timesMs.length;
  const columns = new Map(
    layout.numbers.map((number, column) => [
      number,
      {
        values: values.subarray(column * length, (column + 1) * length),
        decimals: layout.decimals[column] ?? 0,
      },
    ]),
  );
  return { timesMs, columns };
}

function cursorOf(block: TickBlock): Cursor {
  const { values, timesMs } = block;
  return { block, part: { values, from: 0, length: timesMs.length, decimals: 0 }, next: 0 };
}

/** null: the node does not have the series, or no sample of it. */
function nextColumn(cursor: Cursor, number: number): ColumnPart | null {
  const { block, part, next } = cursor;
  if (block.layout.numbers[next] !== number) return null;
  cursor.next += 1;
  part.from = next * part.length;
  part.decimals = block.layout.decimals[next] ?? 0;
  return hasSample(part) ? part : null;
}

function hasSample({ values, from, length }: ColumnPart): boolean {
  for (let at = from; at < from + length; at += 1) if (values[at] === values[at]) return true;
  return false;
}

/** Most often all nodes have the same layout. */
function unionOf(blocks: readonly (TickBlock | null)[]): readonly number[] {
  const layouts = new Set(blocks.flatMap((block) => block?.layout ?? []));
  const [only] = layouts;
  if (layouts.size === 1 && only !== undefined) return only.numbers;
  const all = new Set<number>();
  for (const { numbers } of layouts) for (const number of numbers) all.add(number);
  return [...all].sort((left, right) => left - right);
}

function boundsOf(times: readonly (Float64Array | null)[]): { firstMs: number; lastMs: number } | undefined {
  let firstMs = Number.MAX_SAFE_INTEGER;
  let lastMs = -1;
  for (const axis of times) {
    firstMs = Math.min(firstMs, axis?.[0] ?? firstMs);
    lastMs = Math.max(lastMs, axis?.at(-1) ?? lastMs);
  }
  return lastMs < 0 ? undefined : { firstMs, lastMs };
}
