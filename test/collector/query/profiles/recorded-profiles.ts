// Profiles for tests as a node records them, sample by sample, in a store in memory that can only be read.
import type { ProfileSource } from '../../../../collector/query/profiles/profile-parts.ts';
import type { Profile, ProfiledThread, RecordedStacks } from '../../../../shared/model/profile.ts';
import { StacksBuilder, toTree } from '../../../../shared/stacks/stacks-builder.ts';
import { frameOf } from '../../../shared/stacks/plain-stacks.ts';
import { finishedProfile } from './stack-samples.ts';

export interface PlainSample {
  readonly timeMs: number;
  /** `main;solve;dot`, root first. */
  readonly stack: string;
  readonly weight?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly rank?: number | null;
}

/** `keep`: what of the samples is kept beside the tree. */
export function recordedStacks(
  samples: readonly PlainSample[],
  keep: 'times' | 'threads' | 'counts' = 'times',
): RecordedStacks {
  const builder = new StacksBuilder();
  const threads: ProfiledThread[] = [];
  const threadIds: number[] = [];
  const nodes: number[] = [];
  const ordered = samples.toSorted((a, b) => a.timeMs - b.timeMs);
  for (const { stack, weight = 1, pid = 1, tid = pid, rank = null } of ordered) {
    let branch = -1;
    for (const text of stack.split(';')) branch = builder.branch(branch, builder.frame(frameOf(text)));
    builder.add(branch, weight);
    nodes.push(branch);
    const known = threads.findIndex((thread) => thread.pid === pid && thread.tid === tid);
    const thread = { pid, tid, process: `program ${pid}`, name: `thread ${tid}`, localRank: rank };
    threadIds.push(known < 0 ? threads.push(thread) - 1 : known);
  }
  const columns = {
    timesMs: keep === 'times' ? ordered.map(({ timeMs }) => timeMs) : null,
    threadIds,
    nodes,
    weights: ordered.map(({ weight = 1 }) => weight),
  };
  return { ...toTree(builder.build()), threads, samples: keep === 'counts' ? null : columns };
}

/** What the nodes of a job have; a profile `p1` with a part `p1-NODE` for each. */
export function jobSource(
  nodes: Readonly<Record<string, RecordedStacks | null>>,
  change: Partial<Profile> = {},
  /** What differs by part. */
  changeParts: Readonly<Record<string, Partial<Profile>>> = {},
): ProfileSource {
  const whole: Profile = { ...finishedProfile, ...change, id: 'p1', node: null };
  const parts = Object.keys(nodes).map(
    (node): Profile => ({
      ...whole,
      id: `p1-${node}`,
      node,
      parentId: 'p1',
      samples: nodes[node]?.samples?.nodes.length ?? 0,
      ...changeParts[node],
    }),
  );
  const stacksOf = (id: string): RecordedStacks | null => nodes[id.slice('p1-'.length)] ?? null;
  return {
    profile: async (id) => [whole, ...parts].find((profile) => profile.id === id) ?? null,
    profileParts: async (id) => (id === 'p1' ? parts : []),
    stacks: async (id) => stacksOf(id),
    async mergeStacks(ids) {
      const builder = new StacksBuilder();
      const found = ids.map(stacksOf).filter((stacks) => stacks !== null);
      for (const stacks of found) builder.addTree(stacks);
      return found.length === 0 ? null : toTree(builder.build());
    },
  };
}
