// What a payload occupies in memory, estimated: bounds need a figure that is cheap and never far too small.
import type { Payload } from '../../shared/model/batch.ts';
import type { ProcessSample } from '../../shared/model/process.ts';
import type { StackChunk } from '../../shared/model/profile.ts';

const objectBytes = 200;
const figureBytes = 8;
const characterBytes = 2;

export function estimateBytes(payload: Payload): number {
  switch (payload.kind) {
    case 'metrics':
      return sum(payload.ticks, ({ values }) => objectBytes + values.length * figureBytes);
    case 'processes':
      return sum(payload.snapshots, ({ processes }) => objectBytes + sum(processes, sampleBytes));
    case 'inventory':
      return (payload.inventory.interfaces.length + payload.inventory.disks.length + 4) * objectBytes;
    case 'gap':
      return objectBytes;
    case 'command':
      return objectBytes + payload.report.output.length * characterBytes;
    case 'profile':
      return objectBytes + (payload.report.stacks === null ? 0 : chunkBytes(payload.report.stacks));
  }
}

function sampleBytes({ name, command, user }: ProcessSample): number {
  return objectBytes + (name.length + command.length + user.length) * characterBytes;
}

function chunkBytes({ frames, parents }: StackChunk): number {
  const texts = sum(
    frames,
    (frame) => objectBytes + (frame.function.length + frame.module.length) * characterBytes,
  );
  return texts + parents.length * 3 * figureBytes;
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
