// Where the agent's buffer is or would be, and what is in it. In: the configuration. Out: a finding. It changes nothing.
import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../shared/errors.ts';
import type { AgentConfig } from '../config.ts';
import { filesystemBesideDisk } from '../spool/open-spool.ts';
import { type Finding, failed, good, lacking } from './finding.ts';

const mebibyte = 1024 * 1024;
const subject = 'buffer';

export function examineBuffer({ buffer, stateDir }: AgentConfig): Finding {
  const { place, memoryMiB } = buffer;
  const inMemory = `in memory, at most ${memoryMiB} MiB: what the collector has not got is lost when the agent ends`;
  if (place === 'memory') return good(subject, inMemory);
  const folder = join(stateDir, 'spool');
  try {
    const { type, bavail, bsize } = statfsSync(existing(folder));
    const other = filesystemBesideDisk(type);
    if (other === null) return onDisk(folder, buffer.sizeMiB, (bavail * bsize) / mebibyte);
    if (place === 'auto') return good(subject, `${inMemory} (${folder} is ${other})`);
    return failed(subject, `${folder} is ${other}, no disk of this node`, remedy);
  } catch (error) {
    return lacking(subject, `${folder}: ${errorMessage(error)}`, 'Ask as the user of the agent.');
  }
}

const remedy = 'Name a stateDir on a local disk, or set buffer.place to auto or memory.';

function onDisk(folder: string, sizeMiB: number, freeMiB: number): Finding {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const bytes = names.reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const usedMiB = bytes / mebibyte;
  const found = `on disk, ${usedMiB.toFixed(1)} of at most ${sizeMiB} MiB in ${folder}`;
  if (freeMiB + usedMiB >= sizeMiB) return good(subject, found);
  const reason = `${found}, and only ${freeMiB.toFixed(1)} MiB are free there`;
  return lacking(subject, reason, 'Make room there, or set buffer.sizeMiB to what there is.');
}

/** The folder itself, or the nearest above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
