// In: the folder of a store or of a backup of one. Out: everything that is damaged in it, in words. It reads every file
// whole and changes none; a collector may use the folder meanwhile. It refuses (StartError) a folder without a store.
import { existsSync, lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode, errorMessage, StartError } from '../../../shared/errors.ts';
import { headBytes, magic, recordHeadBytes, recordMarker } from '../../../shared/segment-file/format.ts';
import { readSegment } from '../../../shared/segment-file/segment-reader.ts';
import { countLostFrames } from '../catalog/journal-check.ts';
import { catalogFile, verifyCatalog } from '../catalog/open-catalog.ts';
import { listSegments } from '../log/log-folder.ts';
import { formatProblem } from '../log/segment-head.ts';
import { listPartitions, type PartitionFile } from '../partitions/partition-folder.ts';
import { isStackTier } from '../partitions/tier.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { logFolder } from './store-folder.ts';
import { verifyPartition } from './verify-partition.ts';
import { verifyProfiles } from './verify-profiles.ts';

const journalLooks = 3;
const journalPauseMs = 50;

export interface VerifyOptions {
  readonly yieldTurn: YieldTurn;
  /** Told before each file. */
  readonly onFile?: (file: string) => void;
}

export async function verifyStore(root: string, options: VerifyOptions): Promise<readonly Damage[]> {
  const { yieldTurn, onFile = () => undefined } = options;
  if (!existsSync(catalogFile(root))) {
    throw new StartError(
      `check of ${root}: there is no store in it`,
      'Name the data folder of a collector, or the folder of a backup.',
    );
  }
  const damages: Damage[] = [];
  onFile('catalog.db');
  damages.push(...(await checkJournal(root)));
  damages.push(...checkCatalog(root));
  await yieldTurn();
  for (const { path } of existsSync(logFolder(root)) ? listSegments(logFolder(root)) : []) {
    onFile(path);
    damages.push(...(await verifySegment(path)));
    await yieldTurn();
  }
  for (const file of listPartitions(root)) {
    onFile(file.path);
    damages.push(...(await verifyFile(root, file, yieldTurn)));
  }
  return damages;
}

async function verifyFile(
  root: string,
  file: PartitionFile,
  yieldTurn: YieldTurn,
): Promise<readonly Damage[]> {
  const verify = isStackTier(file.tier) ? verifyProfiles : verifyPartition;
  try {
    return await verify(root, file, yieldTurn);
  } catch (error) {
    // Compacted or removed meanwhile; anything else keeps a collector from reading it, too.
    const isThere = lstatSync(join(root, file.path), { throwIfNoEntry: false }) !== undefined;
    return isThere ? [{ file: file.path, problem: errorMessage(error) }] : [];
  }
}

/** A collector that writes at this moment has not finished its page: that is another picture a moment later. */
async function checkJournal(root: string): Promise<readonly Damage[]> {
  const journal = `${catalogFile(root)}-wal`;
  let lost = countLostFrames(journal);
  for (let look = 1; lost > 0 && look < journalLooks; look += 1) {
    await wait(journalPauseMs);
    lost = Math.min(lost, countLostFrames(journal));
  }
  if (lost === 0) return [];
  const problem = `${lost} pages at its end are not whole: what they held is lost, unless a crash cut it off`;
  return [{ file: basename(journal), problem }];
}

function checkCatalog(root: string): readonly Damage[] {
  try {
    const problem = verifyCatalog(root);
    return problem === null ? [] : [{ file: 'catalog.db', problem }];
  } catch (error) {
    return [{ file: 'catalog.db', problem: errorMessage(error) }];
  }
}

async function verifySegment(path: string): Promise<readonly Damage[]> {
  try {
    const content = await readFile(path);
    const { head, records } = readSegment(content);
    const damaged = [...records].filter((record) => 'damaged' in record);
    // One that was just made when it was copied, or when a crash came: nothing in it was acknowledged.
    if (head === undefined && isHeadCutOff(content)) return [];
    const problems = head === undefined ? ['its head is damaged'] : [formatProblem(head) ?? []].flat();
    for (const { offset, bytes, isTail } of damaged) {
      // What a crash cut off was never acknowledged.
      if (!isTail || !isCutOff(content.subarray(offset)))
        problems.push(`${bytes} bytes from place ${offset} are damaged`);
    }
    return problems.map((problem) => ({ file: path, problem }));
  } catch (error) {
    // Flushed and removed meanwhile: what was in it is in a partition now.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * False for a record that is as long as its head says, and for one whose head is a single bit away from that: a crash leaves
 * such a one, too, but seldom.
 */
function isCutOff(tail: Buffer): boolean {
  if (tail.length < recordHeadBytes) return true;
  const wrongBits =
    bitsOf(tail.readUInt32LE(0) ^ recordMarker.readUInt32LE(0)) +
    bitsOf(tail.readUInt32LE(4) ^ (tail.length - recordHeadBytes));
  return wrongBits > 1;
}

function isHeadCutOff(content: Buffer): boolean {
  const start = content.subarray(0, magic.length);
  if (!magic.subarray(0, start.length).equals(start)) return false;
  return content.length < headBytes || content.length < headBytes + content.readUInt32LE(magic.length);
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let rest = word >>> 0; rest > 0; rest = (rest & (rest - 1)) >>> 0) bits += 1;
  return bits;
}
