// What the writer thread does with the stacks of profiles: of one that is over they move from the catalog into the file of its
// month, after everything small and every flush.
//
// The file is written first, then the catalog forgets: after a crash in between the profile is in both, the file counts, and
// the next look finishes the move.
import { errorCode, errorMessage } from '../../../shared/errors.ts';
import { isWindow } from '../../../shared/model/continuous-profile.ts';
import {
  isProfileOver,
  type Profile,
  type ProfileReport,
  type RecordedStacks,
} from '../../../shared/model/profile.ts';
import { addPortion, noStacks, wholePortion } from '../catalog/stacks.ts';
import { isDamage } from '../partitions/damage.ts';
import { hasPartition } from '../partitions/partition-folder.ts';
import { dayMs, type Partition } from '../partitions/tier.ts';
import { homeOfStacks } from '../profiles/home-of-stacks.ts';
import { ProfileWriter } from '../profiles/profile-writer.ts';
import { type PackedStacks, StoreError } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { setAsideIfDamaged } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

/** What has not arrived so long after a profile was asked for never will. */
const longestWaitMs = dayMs;

export interface ProfileMoves {
  readonly handlers: {
    deleteProfile(id: string): Promise<boolean>;
    putStacks(profile: Profile, stacks: RecordedStacks | PackedStacks): Promise<void>;
  };
  afterReport(report: ProfileReport): void;
  /** Moves what can move, some time. */
  soon(): void;
  /** Moves what can move; resolves when it is done. */
  run(): Promise<void>;
}

export function createProfileMoves(context: WriterContext): ProfileMoves {
  const { lanes, log } = context;
  let isComing = false;
  const run = () =>
    lanes.run('patient', async (yieldTurn) => {
      isComing = false;
      await moveAll(context, yieldTurn);
    });
  const soon = () => {
    if (isComing) return;
    isComing = true;
    run().catch((error: unknown) => {
      // The catalog still has them: the next look is the next attempt.
      isComing = false;
      if (!context.isClosing())
        log.error({ err: error }, 'stacks of profiles cannot be moved; it is tried again');
    });
  };
  return {
    handlers: {
      deleteProfile: (id) => deleteProfile(context, id),
      async putStacks(profile, stacks) {
        const { profiles } = context.catalog;
        const portion = 'body' in stacks ? stacks : wholePortion(stacks);
        await context.write(() => {
          profiles.put(profile);
          profiles.arrived.replace(profile.id, portion);
        });
        soon();
      },
    },
    afterReport({ status, stacks }) {
      if (isProfileOver(status) || stacks?.last === true) soon();
    },
    soon,
    run,
  };
}

async function moveAll(context: WriterContext, yieldTurn: YieldTurn): Promise<void> {
  const { profiles } = context.catalog;
  for (const id of profiles.arrived.ids()) {
    const profile = profiles.get(id);
    if (profile !== null && canMove(context, profile)) await move(context, profile, yieldTurn);
    await yieldTurn();
  }
}

function canMove({ catalog, clock }: WriterContext, profile: Profile): boolean {
  const { id, status, createdTimeMs, parentId } = profile;
  if (!isProfileOver(status)) return false;
  // The parts of a window never move: they become one.
  const parent = parentId === null ? null : catalog.profiles.get(parentId);
  if (parent !== null && isWindow(parent)) return false;
  return catalog.profiles.arrived.isWhole(id) || clock.now() - createdTimeMs > longestWaitMs;
}

async function move(context: WriterContext, profile: Profile, yieldTurn: YieldTurn): Promise<void> {
  const { log, write, catalog } = context;
  const partition = homeOfStacks(profile);
  const stacks = await arrivedStacks(context, profile, yieldTurn);
  if (stacks === null) return;
  try {
    await put(context, { profile, stacks, partition }, yieldTurn);
  } catch (error) {
    context.profileWriters.forget(partition);
    if (error instanceof RangeError) {
      log.error({ profile: profile.id, err: error }, 'stacks of a profile stay where they are');
      return;
    }
    if (!isDamage(error) || !(await setAsideIfDamaged(context, partition))) throw error;
    await put(context, { profile, stacks, partition }, yieldTurn);
  }
  await write(() => catalog.profiles.arrived.delete(profile.id));
  log.debug({ profile: profile.id, file: partition.path }, 'stacks of a profile moved');
}

/** null: it is not to be moved. */
export async function arrivedStacks(
  { catalog, log }: WriterContext,
  { id }: Profile,
  yieldTurn: YieldTurn,
): Promise<RecordedStacks | null> {
  const stacks = noStacks();
  try {
    for (let index = 0; ; index += 1) {
      const portion = catalog.profiles.arrived.portion(id, index);
      if (portion === null) return stacks;
      addPortion(stacks, portion);
      await yieldTurn();
    }
  } catch (error) {
    if (error instanceof StoreError || errorCode(error)?.startsWith('SQLITE') === true) throw error;
    log.error(
      { profile: id, problem: errorMessage(error) },
      'stacks of a profile are damaged; they stay where they are',
    );
    return null;
  }
}

interface Put {
  readonly profile: Profile;
  readonly stacks: RecordedStacks;
  readonly partition: Partition;
}

async function put(
  context: WriterContext,
  { profile, stacks, partition }: Put,
  yieldTurn: YieldTurn,
): Promise<void> {
  const { profileWriters, catalog, log } = context;
  const { id } = profile;
  await profileWriters.writer(partition).load(yieldTurn);
  // Deleted meanwhile.
  if (catalog.profiles.get(id) === null) return;
  const kind = profileWriters.writer(partition).put(id, stacks);
  if (kind === 'own')
    log.info(
      { profile: id, nodes: stacks.parents.length },
      'stacks kept apart: they are too many or too odd',
    );
}

/** From the file before and after, for it may be moving there just now. */
async function deleteProfile(context: WriterContext, id: string): Promise<boolean> {
  const { catalog, write } = context;
  const profile = catalog.profiles.get(id);
  if (profile !== null) deleteMoved(context, profile);
  const isDeleted = await write(() => catalog.profiles.delete(id));
  if (profile !== null) deleteMoved(context, profile);
  return isDeleted;
}

function deleteMoved({ data, log }: WriterContext, profile: Profile): void {
  const { id } = profile;
  const partition = homeOfStacks(profile);
  if (!hasPartition(data.dataDir, partition)) return;
  try {
    // Not the writer that a move may be using.
    const writer = ProfileWriter.open(data.dataDir, partition);
    if (writer.has(id)) writer.delete(id);
    writer.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
    log.error(
      { profile: id, file: partition.path, err: error },
      'stacks cannot be deleted: their file is damaged',
    );
  }
}
