// Cuts the stacks of a recording into portions that fit into a message. In: a tree whose frames are numbered as they appear in
// its nodes, threads, samples. Out: chunks of at most 2,000 nodes and some 180 KiB of text, then threads and samples, the last
// chunk marked; none where there are no stacks.
import type {
  Frame,
  ProfiledThread,
  SampleColumns,
  StackChunk,
  StackTree,
} from '../../../shared/model/profile.ts';
import type { Target } from '../target/target.ts';
import type { SampleBuilder } from './sample-builder.ts';

const mostNodes = 2000;
/** Below the 256 KiB of a message, with room for the numbers. */
const mostTextBytes = 180 * 1024;
/** What a frame costs beside its text. */
const frameOverheadBytes = 8;
/** Each takes up to some 15 bytes. */
const mostSamples = 8000;
const mostThreads = 1000;

export interface RecordedStacks {
  readonly tree: StackTree;
  readonly threads: readonly ProfiledThread[];
  readonly samples: SampleColumns;
}

/** Threads get the names of their processes. */
export function recordedStacks(builder: SampleBuilder, { members }: Pick<Target, 'members'>): RecordedStacks {
  const mainNames = new Map(
    builder.threads.filter(({ pid, tid }) => pid === tid).map(({ pid, name }) => [pid, name]),
  );
  const threads = builder.threads.map((thread) => {
    const member = members.get(thread.pid);
    const process = member?.name ?? mainNames.get(thread.pid) ?? thread.name;
    return { ...thread, process, localRank: member?.localRank ?? null };
  });
  return { tree: builder.tree.build(), threads, samples: builder.samples() };
}

type Portion = Omit<StackChunk, 'index' | 'last'>;

export function* stackChunks(recorded: RecordedStacks): Generator<StackChunk> {
  let index = 0;
  let before: Portion | undefined;
  for (const portion of portions(recorded)) {
    if (before !== undefined) yield { ...before, index: index++, last: false };
    before = portion;
  }
  if (before !== undefined) yield { ...before, index, last: true };
}

function* portions({ tree, threads, samples }: RecordedStacks): Generator<Portion> {
  const nothing = { frames: [], parents: [], frameIds: [], self: [], threads: [], samples: null };
  for (const part of treePortions(tree)) yield { ...nothing, ...part };
  for (let from = 0; from < threads.length; from += mostThreads) {
    yield { ...nothing, threads: threads.slice(from, from + mostThreads) };
  }
  for (let from = 0; from < samples.nodes.length; from += mostSamples) {
    const to = from + mostSamples;
    const part = {
      timesMs: samples.timesMs?.slice(from, to) ?? null,
      threadIds: samples.threadIds.slice(from, to),
      nodes: samples.nodes.slice(from, to),
      weights: samples.weights.slice(from, to),
    };
    yield { ...nothing, samples: part };
  }
}

function* treePortions(tree: StackTree): Generator<StackTree> {
  let node = 0;
  let frame = 0;
  while (node < tree.parents.length) {
    const end = portionEnd(tree, node, frame);
    yield {
      frames: tree.frames.slice(frame, end.frame),
      parents: tree.parents.slice(node, end.node),
      frameIds: tree.frameIds.slice(node, end.node),
      self: tree.self.slice(node, end.node),
    };
    ({ node, frame } = end);
  }
}

/** Where the portion that begins here ends. It has at least one node. */
function portionEnd(tree: StackTree, firstNode: number, firstFrame: number): { node: number; frame: number } {
  let node = firstNode;
  let frame = firstFrame;
  let bytes = 0;
  while (node < tree.parents.length && node - firstNode < mostNodes) {
    if ((tree.frameIds[node] ?? 0) >= frame) {
      bytes += frameBytes(tree.frames[frame]);
      if (bytes > mostTextBytes && node > firstNode) break;
      frame += 1;
    }
    node += 1;
  }
  return { node, frame };
}

function frameBytes(frame: Frame | undefined): number {
  return Buffer.byteLength(`${frame?.function}${frame?.module}`) + frameOverheadBytes;
}
