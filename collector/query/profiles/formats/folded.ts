// In: stacks. Out: folded text, one stack a line: frames from root to leaf joined by ';', a space, the samples.
import { mergeTrees, type SentTree } from '../../../../shared/stacks/stacks-builder.ts';
import { frameName, restName, sampledStacks } from './sampled-stacks.ts';

export function formatFolded(tree: SentTree): string {
  const merged = mergeTrees([tree]);
  const names = merged.frames.map((frame) => frameName(frame).replaceAll(';', ':'));
  const { stacks, rest } = sampledStacks(merged);
  // Functions of the same name in two modules fold into one line.
  const lines = new Map<string, number>();
  for (const { frameIds, samples } of stacks) {
    const line = frameIds.map((frame) => names[frame]).join(';');
    lines.set(line, (lines.get(line) ?? 0) + samples);
  }
  if (rest > 0) lines.set(restName, (lines.get(restName) ?? 0) + rest);
  return [...lines].map(([line, samples]) => `${line} ${samples}\n`).join('');
}
