// What the reader thread gives of the stacks of profiles: those that still lie in the catalog, and those in the files of
// profiles. Where both have a profile, the file counts: there it is whole.
// It refuses (RangeError) to merge more profiles than anybody looks at.
import { isWindow } from '../../../shared/model/continuous-profile.ts';
import { isProfileOver, type RecordedStacks, type StackTree } from '../../../shared/model/profile.ts';
import { StacksBuilder, toTree } from '../../../shared/stacks/stacks-builder.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { homeOfStacks } from './home-of-stacks.ts';
import { MergedParts } from './merged-parts.ts';
import type { ProfileFiles } from './profile-files.ts';

export const maxMergedProfiles = 20_000;

interface ProfileReads {
  readonly catalog: Pick<Catalog, 'profiles'>;
  readonly profileFiles: ProfileFiles;
  readonly createTurns: () => YieldTurn;
}

export function profileReaderHandlers({ catalog: { profiles }, profileFiles, createTurns }: ProfileReads) {
  const homeOf = (id: string): Partition | null => {
    const profile = profiles.get(id);
    return profile === null || !isProfileOver(profile.status) ? null : homeOfStacks(profile);
  };
  /** Of a window that is not merged. */
  const stacksOfParts = async (id: string): Promise<RecordedStacks | null> => {
    const profile = profiles.get(id);
    if (profile === null || !isWindow(profile)) return null;
    const yieldTurn = createTurns();
    const merged = new MergedParts();
    for (const { node, read } of profiles.arrivedWithParts(id)) {
      merged.add(node ?? '', read());
      await yieldTurn();
    }
    return merged.build();
  };
  return {
    async stacks(id: string): Promise<RecordedStacks | null> {
      // What moves on meanwhile is then seen twice, never not at all.
      const arrived = profiles.stacks(id);
      const home = homeOf(id);
      const moved = home && (await profileFiles.read(home, createTurns(), (file) => file.stacks(id)));
      return moved ?? arrived ?? (await stacksOfParts(id));
    },
    async mergeStacks(ids: readonly string[]): Promise<StackTree | null> {
      if (ids.length > maxMergedProfiles) {
        throw new RangeError(`merge of ${ids.length} profiles: at most ${maxMergedProfiles} are merged`);
      }
      const yieldTurn = createTurns();
      const merger = new StacksBuilder();
      const mergeMoved = async (wanted: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
        const left = new Set(wanted);
        for (const [home, group] of groupsOf(wanted, homeOf)) {
          const onDamage = (error: unknown) => profileFiles.tellDamage(home, error);
          const missed = await profileFiles.read(home, yieldTurn, (file) =>
            file.merge(group, { merger, onDamage, yieldTurn }),
          );
          for (const id of group) if (missed !== undefined && !missed.has(id)) left.delete(id);
        }
        return left;
      };
      const left = new Set(await mergeMoved(new Set(ids)));
      for (const id of left) {
        const arrived = profiles.arrivedWithParts(id);
        for (const { read } of arrived) {
          merger.addTree(read());
          await yieldTurn();
        }
        if (arrived.length > 0) left.delete(id);
      }
      // Some may have moved after the first look.
      if (left.size > 0) await mergeMoved(left);
      const stacks = merger.build();
      return stacks.parents.length === 0 ? null : toTree(stacks);
    },
  };
}

/** The same partition object for all of a file. */
function groupsOf(
  ids: ReadonlySet<string>,
  homeOf: (id: string) => Partition | null,
): Iterable<readonly [Partition, readonly string[]]> {
  const groups = new Map<string, readonly [Partition, string[]]>();
  for (const id of ids) {
    const home = homeOf(id);
    if (home === null) continue;
    const known = groups.get(home.path);
    if (known === undefined) groups.set(home.path, [home, [id]]);
    else known[1].push(id);
  }
  return groups.values();
}
