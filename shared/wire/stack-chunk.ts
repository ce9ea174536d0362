// Portions of a profile's stacks. Decoding refuses more of anything than allowed and columns of unequal length. Whether the
// chunks of a profile fit each other is for the store to see.
import type {
  SampleColumnsInput,
  SampleColumns as WireSamples,
} from '../../proto/gen/jidi/v1/SampleColumns.ts';
import type { StackChunkInput, StackChunk as WireChunk } from '../../proto/gen/jidi/v1/StackChunk.ts';
import type { SampleColumns, StackChunk } from '../model/profile.ts';
import { truncate } from '../text.ts';
import { checkLength, checkList, checkText, clampInteger, maxUint32, wireBounds } from './bounds.ts';

const field = 'profile.stacks';

export function encodeStackChunk(chunk: StackChunk): StackChunkInput {
  const { index, last, frames, parents, frameIds, self, threads, samples } = chunk;
  return {
    index,
    last,
    frames: frames.map((frame) => ({
      function: truncate(frame.function, wireBounds.frameText),
      module: truncate(frame.module, wireBounds.frameText),
    })),
    parentsPlus1: parents.map((parent) => parent + 1),
    frameIds: [...frameIds],
    weights: [...self],
    threads: threads.map(({ pid, tid, process, name, localRank }) => ({
      pid,
      tid,
      process: truncate(process, wireBounds.processName),
      name: truncate(name, wireBounds.processName),
      localRankPlus1: (localRank ?? -1) + 1,
    })),
    samples: samples === null ? null : encodeSamples(samples),
  };
}

export function decodeStackChunk(chunk: WireChunk): StackChunk {
  const frames = checkList(`${field}.frames`, chunk.frames, wireBounds.frames);
  const parents = checkList(`${field}.parents_plus1`, chunk.parentsPlus1, wireBounds.stackNodes);
  const threads = checkList(`${field}.threads`, chunk.threads, wireBounds.sampledThreads);
  checkLength(`${field}.frame_ids`, chunk.frameIds.length, parents.length);
  checkLength(`${field}.weights`, chunk.weights.length, parents.length);
  return {
    index: chunk.index,
    last: chunk.last,
    frames: frames.map((frame) => ({
      function: checkText(`${field}.frames.function`, frame.function, wireBounds.frameText),
      module: checkText(`${field}.frames.module`, frame.module, wireBounds.frameText),
    })),
    parents: parents.map((parent) => parent - 1),
    frameIds: chunk.frameIds,
    self: chunk.weights,
    threads: threads.map(({ pid, tid, process, name, localRankPlus1 }) => ({
      pid,
      tid,
      process: checkText(`${field}.threads.process`, process, wireBounds.processName),
      name: checkText(`${field}.threads.name`, name, wireBounds.processName),
      localRank: localRankPlus1 === 0 ? null : localRankPlus1 - 1,
    })),
    samples: chunk.samples === null ? null : decodeSamples(chunk.samples),
  };
}

/** Most samples weigh one: then no weight is sent. */
function encodeSamples({ timesMs, threadIds, nodes, weights }: SampleColumns): SampleColumnsInput {
  return {
    summed: timesMs === null,
    timeDeltasMs: timesMs?.map((time, at) => clampInteger(time - (timesMs[at - 1] ?? 0), maxUint32)) ?? [],
    threadIds: [...threadIds],
    nodes: [...nodes],
    weights: weights.every((weight) => weight === 1) ? [] : [...weights],
  };
}

function decodeSamples({ summed, timeDeltasMs, threadIds, nodes, weights }: WireSamples): SampleColumns {
  const { length } = checkList(`${field}.samples.nodes`, nodes, wireBounds.chunkSamples);
  checkLength(`${field}.samples.thread_ids`, threadIds.length, length);
  checkLength(`${field}.samples.time_deltas_ms`, timeDeltasMs.length, summed ? 0 : length);
  if (weights.length > 0) checkLength(`${field}.samples.weights`, weights.length, length);
  let timeMs = 0;
  return {
    timesMs: summed ? null : timeDeltasMs.map((delta) => (timeMs += delta)),
    threadIds,
    nodes,
    weights: weights.length > 0 ? weights : nodes.map(() => 1),
  };
}
