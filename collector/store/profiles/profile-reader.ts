// In: the data folder of an open store. Out: its profiles and their stacks, on connections of its own: for a thread that makes
// much of them, so that nobody else waits. It changes nothing.
import type { Logger } from '../../../shared/log.ts';
import { createCatalog } from '../catalog/catalog.ts';
import { openCatalogReader } from '../catalog/open-catalog.ts';
import type { ContinuousStore, ProfileStore } from '../store.ts';
import { createTurns } from '../turns.ts';
import { ProfileFiles } from './profile-files.ts';
import { profileReaderHandlers } from './reader-handlers.ts';

/** Nobody waits for a turn there but the next question. */
const turnMs = 50;

export interface ProfileReader
  extends Pick<ProfileStore, 'profile' | 'profileParts' | 'stacks' | 'mergeStacks'>,
    Pick<ContinuousStore, 'continuousProfile' | 'windows'> {
  /** Idempotent. */
  close(): void;
}

export function openProfileReader(dataDir: string, log: Logger): ProfileReader {
  const db = openCatalogReader(dataDir);
  const catalog = createCatalog(db);
  const profileFiles = new ProfileFiles(dataDir, (file, error) => {
    log.error({ file, err: error }, 'file of profiles is damaged; what it held is left out of views');
  });
  return {
    profile: async (id) => catalog.profiles.get(id),
    profileParts: async (id) => catalog.profiles.parts(id),
    continuousProfile: async (id) => catalog.continuous.get(id),
    windows: async (filter) => catalog.profiles.windows(filter),
    ...profileReaderHandlers({ catalog, profileFiles, createTurns: () => createTurns(turnMs) }),
    close() {
      profileFiles.close();
      db.close();
    },
  };
}
