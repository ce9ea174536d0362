// In: portions of a profile's stack tree, in order. Out: the tree as far as it arrived. A portion is kept as JSON
// compressed with zstd, until the profile is over and moves to the file of its month.
// It refuses: a portion that does not continue the ones before it, that points outside of the tree, or that exceeds
// the bound of a profile. A portion that comes again is already there.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Frame, StackChunk, StackTree } from '../../../shared/model/profile.ts';
import type { Database } from '../sqlite.ts';

/** With portions of at most 256 KiB on the wire: 64 MiB. */
const maxChunks = 256;

interface End {
  readonly chunks: number;
  readonly framesEnd: number;
  readonly nodesEnd: number;
}

export function createStackTable(db: Database) {
  const insert = db.prepare(
    'INSERT INTO stack_chunk (profile_id, chunk, frames_end, nodes_end, body) VALUES (?, ?, ?, ?, ?)',
  );
  const selectEnd = db.prepare<[string], End>(`
    SELECT chunk + 1 AS chunks, frames_end AS framesEnd, nodes_end AS nodesEnd FROM stack_chunk
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

  return {
    /** False when the portion was refused. */
    append(profileId: string, chunk: StackChunk): boolean {
      const end = selectEnd.get(profileId) ?? { chunks: 0, framesEnd: 0, nodesEnd: 0 };
      if (chunk.index < end.chunks) return true;
      if (chunk.index > end.chunks || chunk.index >= maxChunks || !continues(chunk, end)) return false;
      const { frames, parents, frameIds, self, last } = chunk;
      const body = zstdCompressSync(JSON.stringify({ frames, parents, frameIds, self, last }));
      insert.run(profileId, chunk.index, end.framesEnd + frames.length, end.nodesEnd + parents.length, body);
      return true;
    },
    read(profileId: string): StackTree | null {
      const bodies = selectBodies.all(profileId);
      if (bodies.length === 0) return null;
      const tree = emptyTree();
      for (const body of bodies) addPortion(tree, parsePortion(body));
      return tree;
    },
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

export interface StoredPortion extends StackTree {
  readonly last?: boolean;
}

interface GrowingTree extends StackTree {
  readonly frames: Frame[];
  readonly parents: number[];
  readonly frameIds: number[];
  readonly self: number[];
}

export function emptyTree(): GrowingTree {
  return { frames: [], parents: [], frameIds: [], self: [] };
}

/** What comes next of it. */
export function addPortion(tree: GrowingTree, { frames, parents, frameIds, self }: StackTree): void {
  for (const frame of frames) tree.frames.push(frame);
  for (const parent of parents) tree.parents.push(parent);
  for (const id of frameIds) tree.frameIds.push(id);
  for (const count of self) tree.self.push(count);
}

function parsePortion(body: Buffer): StoredPortion {
  return JSON.parse(zstdDecompressSync(body).toString()) as StoredPortion;
}

/** True when every node's parent comes before it and every frame is known. */
function continues({ frames, parents, frameIds, self }: StackChunk, end: End): boolean {
  const knownFrames = end.framesEnd + frames.length;
  return (
    frameIds.length === parents.length &&
    self.length === parents.length &&
    parents.every(
      (parent, place) => Number.isInteger(parent) && parent >= -1 && parent < end.nodesEnd + place,
    ) &&
    frameIds.every((id) => Number.isInteger(id) && id >= 0 && id < knownFrames)
  );
}
