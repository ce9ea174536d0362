// In: questions about what nodes measured. Out: answers of the files and of the head together. The head is asked first:
// what is flushed meanwhile is then seen twice, never not at all. What is in the files came first and stays.
import { isDeepStrictEqual } from 'node:util';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Head } from '../head/head.ts';
import { selectHead } from '../head/head-samples.ts';
import { seriesKeyOf } from '../log/series-lists.ts';
import type { MetricStore, NodeGap, NodeStore, ProcessStore } from '../store.ts';
import { createTurns } from '../turns.ts';
import type { ReaderDoor } from './reader-door.ts';

/** A read gives others a turn after so long, ms. */
const turnMs = 2;

type MergedReads = Pick<NodeStore, 'inventory' | 'gaps' | 'gapsOf'> & MetricStore & ProcessStore;

export function createMergedReads(head: Head, reader: ReaderDoor): MergedReads {
  return { ...metricReads(head, reader), ...processReads(head, reader), ...nodeReads(head, reader) };
}

function metricReads(head: Head, reader: ReaderDoor): MetricStore {
  return {
    async series(node, metric) {
      const young = head.series(node, metric);
      const byKey = new Map(
        (await reader.series(node, metric)).map((series) => [seriesKeyOf(series), series]),
      );
      for (const series of young) byKey.set(seriesKeyOf(series), series);
      return [...byKey.values()];
    },
    async select(selection) {
      return reader.select(selection, await selectHead(head, selection, createTurns(turnMs)));
    },
    async rollUp(selection, grid, options) {
      // A counter's growth begins at the sample before the selection.
      const wider = { ...selection, fromMs: Number.NEGATIVE_INFINITY };
      const samples = await selectHead(head, wider, createTurns(turnMs));
      return reader.rollUp(selection, grid, { ...options, head: samples });
    },
    async tickTimes(node, fromMs, toMs) {
      const young = head.tickTimes(node, fromMs, toMs);
      const old = await reader.tickTimes(node, fromMs, toMs);
      if (young.length === 0) return old;
      return Float64Array.from(new Set([...old, ...young])).sort();
    },
    latestTicks: (node) => head.latestTicks(node),
  };
}

function processReads(head: Head, reader: ReaderDoor): ProcessStore {
  return {
    async snapshotAt(node, timeMs, maxAgeMs) {
      const young = head.snapshots(node, timeMs - maxAgeMs, timeMs).at(-1);
      const old = await reader.snapshotAt(node, timeMs, maxAgeMs);
      return young !== undefined && young.timeMs > (old?.timeMs ?? Number.NEGATIVE_INFINITY) ? young : old;
    },
    async snapshots(node, range) {
      const young = head.snapshots(node, range.fromMs, range.toMs);
      const old = await reader.snapshots(node, range);
      const times = new Set(old.map(({ timeMs }) => timeMs));
      const both = [...old, ...young.filter(({ timeMs }) => !times.has(timeMs))];
      return both.toSorted((a, b) => a.timeMs - b.timeMs).slice(0, range.limit);
    },
  };
}

function nodeReads(head: Head, reader: ReaderDoor): Pick<NodeStore, 'inventory' | 'gaps' | 'gapsOf'> {
  return {
    inventory: async (node) => head.inventory(node) ?? (await reader.inventory(node)),
    async gaps(node, fromMs, limit) {
      const young = head.gaps(node).filter(({ toTimeMs }) => toTimeMs >= fromMs);
      const old = await reader.gaps(node, fromMs, limit);
      const both = [...old, ...withoutThose(young, old).toReversed()];
      return both.toSorted((a, b) => b.toTimeMs - a.toTimeMs).slice(0, limit);
    },
    async gapsOf(nodes, range) {
      const { fromMs, toMs, limit } = range;
      const young = nodes.flatMap((node) =>
        head
          .gaps(node)
          .filter((gap) => gap.toTimeMs >= fromMs && gap.fromTimeMs <= toMs)
          .map((gap): NodeGap => ({ node, gap })),
      );
      const old = await reader.gapsOfAll(range);
      const both = [...old, ...withoutThose(young, old).toReversed()];
      return both.toSorted((a, b) => b.gap.toTimeMs - a.gap.toTimeMs).slice(0, limit);
    },
  };
}

/** Less one for each that is equal: it was flushed meanwhile. */
function withoutThose<T extends Gap | NodeGap>(gaps: readonly T[], flushed: readonly T[]): readonly T[] {
  const rest = [...flushed];
  return gaps.filter((gap) => {
    const place = rest.findIndex((other) => isDeepStrictEqual(other, gap));
    if (place !== -1) rest.splice(place, 1);
    return place === -1;
  });
}
