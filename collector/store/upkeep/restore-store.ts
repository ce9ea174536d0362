// In: a backup and a data folder without a store. Out: the store of the backup in that folder, checked.
// It refuses (StartError): a data folder that has a store or is in use, a backup that is damaged.
//
// Agents hold what was acknowledged after the backup only as long as their spools do; at their next greeting they see the
// older positions and send again what they still have, and the rest is declared as lost.
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../../../shared/errors.ts';
import { lockFolder } from '../catalog/folder-lock.ts';
import { catalogFile } from '../catalog/open-catalog.ts';
import { tiers } from '../partitions/tier.ts';
import { logFolder } from './store-folder.ts';
import { verifyStore } from './verify-store.ts';

export interface RestoreOptions {
  readonly onFile?: (file: string) => void;
}

export async function restoreStore(
  backup: string,
  root: string,
  { onFile = () => undefined }: RestoreOptions = {},
): Promise<void> {
  if (!existsSync(catalogFile(backup))) {
    throw new StartError(`restore from ${backup}: there is no backup in it`, 'Name the folder of a backup.');
  }
  const damages = await verifyStore(backup, { yieldTurn: async () => undefined, onFile });
  const [first] = damages;
  if (first !== undefined) {
    throw new StartError(
      `restore from ${backup}: ${first.file}: ${first.problem} (${damages.length} problems in all)`,
      'Take another backup, or remove the damaged file from this one: what it holds is then missing.',
    );
  }
  const lock = lockFolder(root);
  try {
    if (existsSync(catalogFile(root))) {
      throw new StartError(
        `restore to ${root}: there is a store in it already`,
        'Move it out of the data folder, or name another data folder.',
      );
    }
    const parts = ['catalog.db', ...tiers];
    for (const part of existsSync(logFolder(backup)) ? ['log', ...parts] : parts) {
      if (!existsSync(join(backup, part))) continue;
      onFile(part);
      await cp(join(backup, part), join(root, part), { recursive: true, errorOnExist: true, force: false });
    }
  } finally {
    lock.release();
  }
}
