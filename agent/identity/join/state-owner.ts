// Who writes the identity. In: the state folder. Out: this process as the user that owns the folder, so that the agent can read
// what was written, and what another user has put there leads root nowhere.
import { statSync } from 'node:fs';
import { errorMessage, StartError } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';

/** For the rest of the program. Throws StartError. */
export function becomeOwner(stateDir: string): void {
  try {
    makeFolder(stateDir);
    const { uid, gid } = statSync(stateDir);
    if (process.geteuid?.() !== 0 || uid === 0) return;
    process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new StartError(
      `configuration key stateDir: ${stateDir}: ${errorMessage(error)}`,
      'Name a folder that the agent may write to, with --state DIR.',
      { cause: error },
    );
  }
}
