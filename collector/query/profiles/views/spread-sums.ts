// In: a profile, which of its samples, which functions are looked for. Out: what each thread, process or node has of them.
import type { SampleChoice, SpreadBy } from '../../../../shared/api/profile-view.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { type SampledThread, spreadOverThreads } from '../../../../shared/stacks/samples.ts';
import {
  nothingChosen,
  type ProfileSource,
  type RecordedPart,
  recordedParts,
  samplesOf,
  type WholeProfile,
} from '../profile-parts.ts';
import { choiceName, hasChosen, heldChoice, neededFor } from '../sample-choice.ts';
import { type Wanted, wantedNodes } from '../wanted-functions.ts';

export interface SpreadSum {
  readonly node: string;
  readonly pid: number | null;
  readonly thread: number | null;
  readonly name: string;
  readonly rank: number | null;
  all: number;
  wanted: number;
  /** Outside of MPI. */
  own: number;
}

interface SpreadWish {
  readonly whole: WholeProfile;
  readonly choice: SampleChoice;
  readonly wanted: Wanted;
  readonly over: SpreadBy;
}

/** Of threads that have any. */
export async function sumSpread(
  source: ProfileSource,
  classes: FunctionClasses,
  wish: SpreadWish,
): Promise<readonly SpreadSum[]> {
  const { whole, choice, over } = wish;
  const sums = new Map<string, SpreadSum>();
  let isMet = false;
  for await (const one of recordedParts(source, whole, choice)) {
    isMet ||= hasChosen(choice, one);
    const isOne = one.part.node !== null || one.recorded.samples === null;
    const isByTree = over === 'node' && isOne && neededFor(choice, whole) === null;
    for (const sum of isByTree ? [sumOfNode(one, classes, wish)] : sumsOfThreads(one, classes, wish)) {
      const key = `${sum.node} ${sum.pid} ${sum.thread}`;
      const known = sums.get(key);
      if (known === undefined) sums.set(key, sum);
      else {
        known.all += sum.all;
        known.wanted += sum.wanted;
        known.own += sum.own;
      }
    }
  }
  if (!isMet) throw nothingChosen(whole.profile, `${choiceName(choice)}: not in it`);
  return [...sums.values()];
}

/** By the tree alone: samples need not be told apart. */
function sumOfNode(one: RecordedPart, classes: FunctionClasses, { wanted }: SpreadWish): SpreadSum {
  const { recorded, node } = one;
  const isWanted = wantedNodes(recorded, wanted);
  const isOwn = outsideOfMpi(one, classes);
  const sum = { node, pid: null, thread: null, name: node, rank: null, all: 0, wanted: 0, own: 0 };
  for (const [place, weight] of recorded.self.entries()) {
    sum.all += weight;
    if (isWanted(place)) sum.wanted += weight;
    if (isOwn(place)) sum.own += weight;
  }
  return sum;
}

function sumsOfThreads(one: RecordedPart, classes: FunctionClasses, wish: SpreadWish): SpreadSum[] {
  const { whole, choice, wanted, over } = wish;
  const samples = samplesOf(one, neededFor(choice, whole) ?? 'threads');
  const { unit } = one.part;
  const held = heldChoice(choice);
  const found = spreadOverThreads(samples, {
    unit,
    choice: held,
    isWanted: wantedNodes(one.recorded, wanted),
  });
  const own = spreadOverThreads(samples, { unit, choice: held, isWanted: outsideOfMpi(one, classes) });
  return found.flatMap(({ thread, all, wanted: weight }, place) =>
    all === 0 ? [] : [{ ...rowOf(thread, over), all, wanted: weight, own: own[place]?.wanted ?? 0 }],
  );
}

function rowOf({ node, pid, tid, process, name, localRank }: SampledThread, over: SpreadBy) {
  if (over === 'node') return { node, pid: null, thread: null, name: node, rank: null };
  if (over === 'process') return { node, pid, thread: null, name: process, rank: localRank };
  return { node, pid, thread: tid, name, rank: localRank };
}

/** False for what lies in or on an MPI function: there a process waits for the others. */
function outsideOfMpi({ recorded }: RecordedPart, classes: FunctionClasses): (node: number) => boolean {
  const { frames, parents, frameIds } = recorded;
  const isMpi = frames.map((frame) => classes.of(frame) === 'mpi');
  const isInside = new Uint8Array(parents.length);
  for (let node = 0; node < parents.length; node += 1) {
    const parent = parents[node] ?? -1;
    if (isMpi[frameIds[node] ?? 0] === true || (parent >= 0 && isInside[parent] === 1)) isInside[node] = 1;
  }
  return (node) => isInside[node] === 0;
}
