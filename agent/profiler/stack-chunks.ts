// Cuts a StackTree into portions that fit into a message. In: a tree whose frames are numbered as they appear in its
// nodes. Out: chunks of at most 2,000 nodes and some 200 KiB of text, the last one marked; none for an empty tree.
import type { Frame, StackChunk, StackTree } from '../../shared/model/profile.ts';

const mostNodes = 2000;
/** Below the 256 KiB of a message, with room for the numbers. */
const mostTextBytes = 180 * 1024;
/** What a frame costs beside its text. */
const frameOverheadBytes = 8;

export function* stackChunks(tree: StackTree): Generator<StackChunk> {
  let node = 0;
  let frame = 0;
  for (let index = 0; node < tree.parents.length; index += 1) {
    const end = portion(tree, node, frame);
    yield {
      index,
      last: end.node === tree.parents.length,
      frames: tree.frames.slice(frame, end.frame),
      parents: tree.parents.slice(node, end.node),
      frameIds: tree.frameIds.slice(node, end.node),
      self: tree.self.slice(node, end.node),
    };
    ({ node, frame } = end);
  }
}

/** Where the portion that begins here ends. It has at least one node. */
function portion(tree: StackTree, firstNode: number, firstFrame: number): { node: number; frame: number } {
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
