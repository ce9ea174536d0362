// In: one file of profiles. Out: what is damaged in it, in words. It reads every byte that anybody could be served.
import { errorMessage } from '../../../shared/errors.ts';
import { isDamage } from '../partitions/damage.ts';
import type { PartitionFile } from '../partitions/partition-folder.ts';
import { ProfileFile } from '../profiles/profile-file.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';

/** Enough to see that there are many. */
const maxProblems = 20;

export async function verifyProfiles(
  root: string,
  partition: PartitionFile,
  yieldTurn: YieldTurn,
): Promise<readonly Damage[]> {
  const problems: string[] = [];
  const tell = (error: unknown): void => {
    if (!isDamage(error)) throw error;
    problems.push(errorMessage(error));
  };
  let file: ProfileFile | undefined;
  try {
    file = ProfileFile.open(root, partition);
    const structure = file.tables.structureProblem();
    if (structure !== undefined) problems.push(structure);
    await yieldTurn();
    await file.load(yieldTurn);
    for (const error of file.damages) tell(error);
    await verifyStacks(file, { tell, yieldTurn, isEnough: () => problems.length >= maxProblems });
  } catch (error) {
    tell(error);
  } finally {
    file?.close();
  }
  return problems.slice(0, maxProblems).map((problem) => ({ file: partition.path, problem }));
}

interface StacksCheck {
  readonly tell: (error: unknown) => void;
  readonly isEnough: () => boolean;
  readonly yieldTurn: YieldTurn;
}

async function verifyStacks(file: ProfileFile, { tell, isEnough, yieldTurn }: StacksCheck): Promise<void> {
  const { tables, tree } = file;
  const { ids, head } = tables.view(() => ({ ids: tables.ids(), head: tables.head() }));
  if (ids.length !== head.profiles) tell(tables.missing('the row of a profile'));
  for (const id of ids) {
    if (isEnough()) return;
    try {
      file.stacks(id);
    } catch (error) {
      tell(error);
    }
    await yieldTurn();
  }
  if (tree.nodeCount < head.nodes || tree.frameCount < head.frames)
    tell(tables.missing('a part of the stacks'));
}
