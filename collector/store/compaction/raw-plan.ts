// In: a hot group, and what the raw file has of its nodes in that hour already. Out: for each raw group the merged times of its
// nodes, and where the samples of each come from. A group in which no node has a new tick is left alone.
import { type MergedAxis, mergeAxes } from '../partitions/node-columns.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';
import type { HotGroup } from './hot-group.ts';

export interface PlannedNode {
  readonly name: string;
  /** In the hot group; undefined: it only shares the raw group. */
  readonly hotPlace: number | undefined;
  /** Of what is in the raw file (axis 0), then of the hot slots. */
  readonly axis: MergedAxis;
  /** True when its samples are those of the hot slots, one slot after another. */
  readonly isPlain: boolean;
  /** True when it has ticks that are not in the raw file. */
  readonly isTouched: boolean;
  /** A gap is a spacing above it. */
  readonly lookbackMs: number;
}

export interface PlannedGroup {
  readonly group: number;
  readonly existing: SlotGroup | undefined;
  /** By place. */
  readonly nodes: readonly (PlannedNode | null)[];
}

export interface Plan {
  readonly groups: readonly PlannedGroup[];
  /** Ticks that were left out, because there was one of that time before. */
  readonly doubles: number;
}

/** Missing ticks in a row that make a gap. */
const gapIntervals = 3;
const widestIntervalMs = 60_000;

export interface PlanOptions {
  /** Nodes without new ticks count as touched, too. */
  readonly areAllTouched?: boolean;
}

export function planGroups(
  hot: HotGroup,
  raw: PartitionReader,
  slot: Slot | undefined,
  { areAllTouched = false }: PlanOptions = {},
): Plan {
  const byGroup = new Map<number, (number | undefined)[]>();
  for (const [hotPlace, name] of hot.names.entries()) {
    const node = name === undefined ? undefined : raw.dictionary.nodeId(name);
    if (node === undefined) continue;
    const { group, place } = raw.placeOf(node);
    const places = byGroup.get(group) ?? [];
    places[place] = hotPlace;
    byGroup.set(group, places);
  }
  const groups: PlannedGroup[] = [];
  let doubles = 0;
  for (const [group, hotPlaces] of byGroup) {
    const existing = slot === undefined ? undefined : raw.group(slot, group);
    const nodes = Array.from(
      { length: Math.max(hotPlaces.length, existing?.times.length ?? 0) },
      (_, place) =>
        planNode(
          hot,
          { hotPlace: hotPlaces[place], before: existing?.times[place] ?? null, areAllTouched },
          () => raw.dictionary.nodeName(group * raw.nodesPerGroup + place),
        ),
    );
    for (const node of nodes) if (node?.isTouched === true) doubles += node.axis.doubles;
    if (nodes.some((node) => node?.isTouched === true)) groups.push({ group, existing, nodes });
  }
  return { groups: groups.sort((left, right) => left.group - right.group), doubles };
}

interface Planned extends Required<PlanOptions> {
  readonly hotPlace: number | undefined;
  /** Times in the raw file. */
  readonly before: Float64Array | null;
}

function planNode(
  hot: HotGroup,
  { hotPlace, before, areAllTouched }: Planned,
  nameOf: () => string | undefined,
): PlannedNode | null {
  const axes = [before, ...(hotPlace === undefined ? [] : hot.axesOf(hotPlace))];
  const axis = mergeAxes(axes);
  const name = nameOf();
  if (axis.timesMs.length === 0 || name === undefined) return null;
  const isTouched = areAllTouched || axis.timesMs.length > (before?.length ?? 0);
  const isPlain = before === null && isInTurn(axis, axes);
  return { name, hotPlace, axis, isPlain, isTouched, lookbackMs: lookbackOf(axis.timesMs) };
}

/** True when the merged axis is one axis after another. */
function isInTurn({ sources }: MergedAxis, axes: readonly (Float64Array | null)[]): boolean {
  const wanted = [...axes.entries()].filter(([, axis]) => axis !== null && axis.length > 0);
  return (
    wanted.length === sources.length &&
    wanted.every(([number, axis], place) => {
      const source = sources[place];
      return source?.axis === number && source.from === 0 && source.length === axis?.length;
    })
  );
}

/** Some intervals of the node: the middle one of its spacings. */
function lookbackOf(timesMs: Float64Array): number {
  if (timesMs.length < 2) return gapIntervals * widestIntervalMs;
  const spacings = new Float64Array(timesMs.length - 1);
  for (let at = 0; at < spacings.length; at += 1) spacings[at] = (timesMs[at + 1] ?? 0) - (timesMs[at] ?? 0);
  spacings.sort();
  const middleMs = spacings[spacings.length >> 1] ?? widestIntervalMs;
  return gapIntervals * Math.min(widestIntervalMs, middleMs);
}
