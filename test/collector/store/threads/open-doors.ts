// For tests: the doors of real threads on a folder of its own.
import { execFileSync } from 'node:child_process';
import { onTestFinished, type TestContext } from 'vitest';
import { openStoreDoors, type StoreDoors } from '../../../../collector/store/threads/thread-doors.ts';
import { StartError } from '../../../../shared/errors.ts';
import { tempDir } from '../open-store.ts';
import { keepAll } from './keep-all.ts';

export async function openDoors(dataDir = tempDir()): Promise<StoreDoors> {
  const doors = await openStoreDoors({
    dataDir,
    logLevel: 'silent',
    keep: keepAll,
    recordAgeMs: 1e12,
    onDeath(error) {
      throw error;
    },
  });
  onTestFinished(() => doors.close());
  return doors;
}

export async function refusal(dataDir: string): Promise<StartError> {
  const error = await openDoors(dataDir).catch((reason: unknown) => reason);
  if (error instanceof StartError) return error;
  throw new Error('the store opened', { cause: error });
}

/** A small file system of its own; skips where the user may not mount one. */
export function mountSmall(ctx: TestContext, options: string): string {
  const dir = tempDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { stdio: 'pipe' });
  } catch {
    ctx.skip('no right to mount a tmpfs; run as root in a container that may mount');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', dir]);
  });
  return dir;
}
