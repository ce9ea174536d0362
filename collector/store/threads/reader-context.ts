// In: a data folder that a writer has open. Out: what every part of the reader thread works with.
import type { Logger } from '../../../shared/log.ts';
import { type Catalog, createCatalog } from '../catalog/catalog.ts';
import { openCatalogReader } from '../catalog/open-catalog.ts';
import { ProfileFiles } from '../profiles/profile-files.ts';
import { StoreFiles } from '../read/store-files.ts';
import { createTurns, type YieldTurn } from '../turns.ts';
import type { StoreThreadData } from './thread-data.ts';

/** A long selection lets others have a turn after so long, ms. */
const turnMs = 5;

export interface ReaderContext {
  readonly data: StoreThreadData;
  readonly catalog: Catalog;
  readonly files: StoreFiles;
  readonly profileFiles: ProfileFiles;
  /** Partition files in which something damaged was found since it was last asked. */
  takeDamagedFiles(): readonly string[];
  readonly log: Logger;
  /** For one selection: to be called between its slices. */
  createTurns(): YieldTurn;
  /** Idempotent. */
  close(): void;
}

export function openReaderContext(data: StoreThreadData, log: Logger): ReaderContext {
  const db = openCatalogReader(data.dataDir);
  let damaged: string[] = [];
  const onDamage = (file: string, error: unknown): void => {
    damaged.push(file);
    log.error({ file, err: error }, 'file of the store is damaged; what it held is left out of answers');
  };
  const files = new StoreFiles(data.dataDir, onDamage);
  const profileFiles = new ProfileFiles(data.dataDir, onDamage);
  return {
    data,
    catalog: createCatalog(db),
    files,
    profileFiles,
    takeDamagedFiles() {
      const taken = damaged;
      damaged = [];
      return taken;
    },
    log,
    createTurns: () => createTurns(turnMs),
    close: () => {
      files.close();
      profileFiles.close();
      db.close();
    },
  };
}
