// In: the folder of a store, which a collector may be writing to. Out: a copy of it in a folder of its own that can be
// checked and restored.
// It refuses (StartError): a target that is not empty, a source without a catalog.
//
// Data flows log → hot → raw → minutes → ten minutes, stacks catalog → profiles, and a file is copied before the one that its data flows into. So what
// moves on while the copy is made is in it once or twice, never not at all; and the catalog comes first, so that its
// positions never promise more than the copy has. What is there twice is of one time, and is taken once by any reader.
import { closeSync, existsSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorMessage, StartError } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';
import { catalogFile } from '../catalog/open-catalog.ts';
import { listSegments } from '../log/log-folder.ts';
import { listPartitions } from '../partitions/partition-folder.ts';
import { tiers } from '../partitions/tier.ts';
import { openSqlite } from '../sqlite.ts';
import { folderBytes, logFolder } from './store-folder.ts';

/** Pages copied at one go: the file is not locked in between. */
const pagesAtOnce = 256;

export interface BackupOutcome {
  readonly files: number;
  readonly bytes: number;
}

export interface BackupOptions {
  readonly onFile?: (file: string) => void;
}

export async function backupStore(
  root: string,
  target: string,
  { onFile = () => undefined }: BackupOptions = {},
): Promise<BackupOutcome> {
  refuseUsed(target);
  if (!existsSync(catalogFile(root))) {
    throw new StartError(
      `backup of ${root}: there is no store in it`,
      'Name the data folder of a collector.',
    );
  }
  makeFolder(target);
  onFile('catalog.db');
  await copyDatabase(catalogFile(root), catalogFile(target));
  let files = 1;
  for (const { path } of existsSync(logFolder(root)) ? listSegments(logFolder(root)) : []) {
    onFile(path);
    makeFolder(logFolder(target));
    if (await isCopied(path, () => copyFile(path, join(logFolder(target), basename(path))))) files += 1;
  }
  for (const tier of tiers) {
    for (const { path } of listPartitions(root, [tier])) {
      onFile(path);
      makeFolder(dirname(join(target, path)));
      const file = join(root, path);
      if (await isCopied(file, () => copyDatabase(file, join(target, path)))) files += 1;
    }
  }
  return { files, bytes: folderBytes(target) };
}

function refuseUsed(target: string): void {
  if (!existsSync(target) || readdirSync(target).length === 0) return;
  throw new StartError(`backup to ${target}: the folder is not empty`, 'Name a folder that is new or empty.');
}

/** False when the file has moved on meanwhile. */
async function isCopied(file: string, copy: () => Promise<unknown>): Promise<boolean> {
  try {
    await copy();
    return true;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'SQLITE_CANTOPEN') throw error;
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return false;
    throw new StartError(
      `backup of ${file}: ${errorMessage(error)}`,
      'Call it as the user of the collector, or remove the file: a backup without it would lack its samples.',
      { cause: error },
    );
  }
}

/** By SQLite itself, which knows what of the file is still in its journal. */
async function copyDatabase(file: string, target: string): Promise<void> {
  const db = openSqlite(file, { access: 'look' });
  try {
    // SQLite would make it for everybody to read.
    closeSync(openSync(target, 'wx', 0o600));
    await db.backup(target, { progress: () => pagesAtOnce });
  } finally {
    db.close();
  }
}
