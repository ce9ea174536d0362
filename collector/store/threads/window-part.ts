// What the writer thread does with the windows of continuous profiles: the parts of one that is over become one profile. Its stacks
// go into the catalog and the parts leave it in one transaction; from there they move to their file as those of any profile.
import type { Profile } from '../../../shared/model/profile.ts';
import { wholePortion } from '../catalog/stacks.ts';
import { MergedParts } from '../profiles/merged-parts.ts';
import type { YieldTurn } from '../turns.ts';
import { arrivedStacks } from './profile-part.ts';
import type { WriterContext } from './writer-context.ts';

/** `onMerged`: there are stacks to move. */
export function createWindowMerges(context: WriterContext, onMerged: () => void) {
  return {
    mergeParts: (id: string): Promise<boolean> =>
      context.lanes.run('patient', async (yieldTurn) => {
        const isMerged = await mergeParts(context, id, yieldTurn);
        if (isMerged) onMerged();
        return isMerged;
      }),
  };
}

async function mergeParts(context: WriterContext, id: string, yieldTurn: YieldTurn): Promise<boolean> {
  const { catalog, write, log } = context;
  const { profiles } = catalog;
  const window = profiles.get(id);
  const parts = profiles.parts(id);
  if (window === null || parts.length === 0) return false;
  const merged = await mergedStacks(context, parts, yieldTurn);
  const portion = merged === null ? null : wholePortion(merged);
  await write(() => {
    // Deleted meanwhile.
    if (profiles.get(id) !== null && portion !== null) profiles.arrived.replace(id, portion);
    for (const part of parts) profiles.delete(part.id);
  });
  log.debug({ window: id, parts: parts.length }, 'parts of a window merged');
  return true;
}

/** null: there are none. What is damaged is left out. */
async function mergedStacks(context: WriterContext, parts: readonly Profile[], yieldTurn: YieldTurn) {
  const merged = new MergedParts();
  for (const part of parts) {
    const stacks = await arrivedStacks(context, part, yieldTurn);
    if (stacks !== null) merged.add(part.node ?? '', stacks);
    await yieldTurn();
  }
  return merged.build();
}
