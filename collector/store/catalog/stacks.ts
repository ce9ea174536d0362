// In: portions of a profile's stacks, in order. Out: the stacks as far as they arrived. A portion is kept as JSON
// compressed with zstd, until the profile is over and moves to the file of its month.
// It refuses: a portion that does not continue the ones before it, that points outside of the tree, or that exceeds
// the bound of a profile. A portion that comes again is already there.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type {
  Frame,
  ProfiledThread,
  RecordedStacks,
  SampleColumns,
  StackChunk,
} from '../../../shared/model/profile.ts';
import type { Database } from '../sqlite.ts';

/** With portions of at most 256 KiB on the wire: 64 MiB. */
const maxChunks = 256;
/** Of all portions of a profile together, as the thread that moves them holds them; no recording of an agent comes near it. */
const maxSizeBytes = 64 * 1024 * 1024;

interface End {
  readonly chunks: number;
  readonly framesEnd: number;
  readonly nodesEnd: number;
  readonly threadsEnd: number;
  /** In memory, bytes. */
  readonly sizeEnd: number;
}

const begin: End = { chunks: 0, framesEnd: 0, nodesEnd: 0, threadsEnd: 0, sizeEnd: 0 };

export function createStackTable(db: Database) {
  const insert = db.prepare(
    `INSERT INTO stack_chunk (profile_id, chunk, frames_end, nodes_end, threads_end, size_end, body)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectEnd = db.prepare<[string], End>(`
    SELECT chunk + 1 AS chunks, frames_end AS framesEnd, nodes_end AS nodesEnd, threads_end AS threadsEnd,
      size_end AS sizeEnd
    FROM stack_chunk
    WHERE profile_id = ? ORDER BY chunk DESC LIMIT 1`);
  const selectBodies = db
    .prepare<[string], Buffer>('SELECT body FROM stack_chunk WHERE profile_id = ? ORDER BY chunk')
    .pluck();
  const selectBody = db
    .prepare<[string, number], Buffer>('SELECT body FROM stack_chunk WHERE profile_id = ? AND chunk = ?')
    .pluck();
  const selectIds = db.prepare<[], string>('SELECT DISTINCT profile_id FROM stack_chunk').pluck();
  const remove = db.prepare('DELETE FROM stack_chunk WHERE profile_id = ?');
  const portion = (id: string, index: number): StoredPortion | null => {
    const body = selectBody.get(id, index);
    return body === undefined ? null : parsePortion(body);
  };
  const reading = (profileId: string): (() => RecordedStacks) | null => {
    const bodies = selectBodies.all(profileId);
    if (bodies.length === 0) return null;
    return () => {
      const stacks = noStacks();
      for (const body of bodies) addPortion(stacks, parsePortion(body));
      return stacks;
    };
  };

  return {
    /** False when the portion was refused. */
    append(profileId: string, chunk: StackChunk): boolean {
      const end = selectEnd.get(profileId) ?? begin;
      if (chunk.index < end.chunks) return true;
      if (chunk.index > end.chunks || chunk.index >= maxChunks || !continues(chunk, end)) return false;
      const sizeEnd = end.sizeEnd + sizeOf(chunk);
      if (sizeEnd > maxSizeBytes) return false;
      const { index, ...kept } = chunk;
      const body = zstdCompressSync(JSON.stringify(kept));
      const framesEnd = end.framesEnd + chunk.frames.length;
      const nodesEnd = end.nodesEnd + chunk.parents.length;
      const threadsEnd = end.threadsEnd + chunk.threads.length;
      insert.run(profileId, index, framesEnd, nodesEnd, threadsEnd, sizeEnd, body);
      return true;
    },
    /** What `wholePortion` gave, in place of what there was. */
    replace(profileId: string, { framesEnd, nodesEnd, threadsEnd, sizeEnd, body }: WholePortion): void {
      remove.run(profileId);
      insert.run(profileId, 0, framesEnd, nodesEnd, threadsEnd, sizeEnd, body);
    },
    read: (profileId: string): RecordedStacks | null => reading(profileId)?.() ?? null,
    /** Takes what there is now; what it gives reads it. null: there is none. */
    reading,
    /** One of those that `count` counts; null: there is none. */
    portion,
    count: (profileId: string): number => selectEnd.get(profileId)?.chunks ?? 0,
    /** True when the last portion is there, and so all. */
    isWhole(profileId: string): boolean {
      const end = selectEnd.get(profileId);
      return end !== undefined && portion(profileId, end.chunks - 1)?.last === true;
    },
    /** Profiles of which some portion is there. */
    ids: (): readonly string[] => selectIds.all(),
    delete(profileId: string): void {
      remove.run(profileId);
    },
  };
}

export interface WholePortion extends Omit<End, 'chunks'> {
  readonly body: Uint8Array;
}

/** All stacks of a profile as one portion. Throws RangeError for what points outside of the tree. */
export function wholePortion(stacks: RecordedStacks): WholePortion {
  const { frames, parents, frameIds, self, threads, samples } = stacks;
  const kept: StoredPortion = { frames, parents, frameIds, self, threads, samples, last: true };
  if (!continues({ ...kept, index: 0 }, begin))
    throw new RangeError('stacks that point outside of their tree');
  const body = zstdCompressSync(JSON.stringify(kept));
  const ends = { framesEnd: frames.length, nodesEnd: parents.length, threadsEnd: threads.length };
  return { ...ends, sizeEnd: sizeOf(stacks), body };
}

/** About what it takes in memory, bytes: three columns for a node, four for a sample, an object and two texts for a function. */
function sizeOf({ frames, parents, threads, samples }: RecordedStacks): number {
  const text = frames.reduce((sum, frame) => sum + frame.function.length + frame.module.length, 0);
  return (
    frames.length * 96 +
    text * 2 +
    parents.length * 24 +
    threads.length * 256 +
    (samples?.nodes.length ?? 0) * 32
  );
}

export type StoredPortion = Omit<StackChunk, 'index'>;

interface GrowingStacks extends RecordedStacks {
  readonly frames: Frame[];
  readonly parents: number[];
  readonly frameIds: number[];
  readonly self: number[];
  readonly threads: ProfiledThread[];
  samples: SampleColumns | null;
}

export function noStacks(): GrowingStacks {
  return { frames: [], parents: [], frameIds: [], self: [], threads: [], samples: null };
}

/** What comes next of them. */
export function addPortion(stacks: GrowingStacks, portion: RecordedStacks): void {
  const { frames, parents, frameIds, self, threads, samples } = portion;
  for (const frame of frames) stacks.frames.push(frame);
  for (const parent of parents) stacks.parents.push(parent);
  for (const id of frameIds) stacks.frameIds.push(id);
  for (const count of self) stacks.self.push(count);
  for (const thread of threads) stacks.threads.push(thread);
  if (samples === null) return;
  const { timesMs, threadIds, nodes, weights } = stacks.samples ?? {
    timesMs: samples.timesMs === null ? null : [],
    threadIds: [],
    nodes: [],
    weights: [],
  };
  stacks.samples = {
    timesMs: timesMs === null || samples.timesMs === null ? null : timesMs.concat(samples.timesMs),
    threadIds: threadIds.concat(samples.threadIds),
    nodes: nodes.concat(samples.nodes),
    weights: weights.concat(samples.weights),
  };
}

function parsePortion(body: Buffer): StoredPortion {
  return JSON.parse(zstdDecompressSync(body).toString()) as StoredPortion;
}

/** True when every node's parent comes before it and every frame is known. */
function continues(chunk: StackChunk, end: End): boolean {
  const { frames, parents, frameIds, self, threads, samples } = chunk;
  const knownFrames = end.framesEnd + frames.length;
  if (samples !== null && !isWithin(samples.nodes, end.nodesEnd + parents.length)) return false;
  if (samples !== null && !isWithin(samples.threadIds, end.threadsEnd + threads.length)) return false;
  return (
    frameIds.length === parents.length &&
    self.length === parents.length &&
    parents.every(
      (parent, place) => Number.isInteger(parent) && parent >= -1 && parent < end.nodesEnd + place,
    ) &&
    isWithin(frameIds, knownFrames)
  );
}

function isWithin(numbers: readonly number[], end: number): boolean {
  return numbers.every((number) => Number.isInteger(number) && number >= 0 && number < end);
}
