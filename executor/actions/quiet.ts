// Asks the agent of this node to measure as little as possible for some minutes, or to measure everything again.
// It writes one small file, `node`, into the agent's quiet folder: `until <ms since the epoch>`. Anybody may add files
// to that folder, so nothing in it is followed: the file is made under a new name and then takes the place.
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Action, ActionOutcome } from '../action.ts';
import { errorText } from '../refusal.ts';

const usualMinutes = 60;
const flagName = 'node';
const mode = 0o644;

export const quiet: Action = {
  name: 'quiet',
  description: 'Measure as little as possible on the node for some minutes, or everything again',
  changesNode: true,
  parameters: [
    { name: 'state', description: 'on or off', pattern: '^(on|off)$', required: true },
    {
      name: 'minutes',
      description: `How long, 1 to 1440; ${usualMinutes} when it is not given. Only with on`,
      pattern: '^([1-9]|[1-9][0-9]{1,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)$',
      required: false,
    },
  ],
  settings: [],

  check() {},

  run(context) {
    const { parameters, machine } = context;
    const untilMs = Date.now() + Number(parameters.minutes ?? usualMinutes) * 60_000;
    try {
      withinFolder(machine.quietFolder, (folder) => {
        if (parameters.state === 'on') place(folder, `until ${untilMs}\n`);
        else {
          makeWay(folder);
          rmSync(`${folder}/${flagName}`, { force: true });
        }
      });
    } catch (error) {
      return Promise.resolve(cannotWrite(machine.quietFolder, error));
    }
    context.write(
      parameters.state === 'on'
        ? `quiet until ${new Date(untilMs).toISOString()}; profiles and commands go on\n`
        : 'not quiet by command; a job may still ask for it\n',
    );
    return Promise.resolve({ exitCode: 0, reason: null });
  },
};

/** A path to the folder itself, whatever its name is made to point to meanwhile. */
function withinFolder(path: string, use: (folder: string) => void): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    use(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}

function place(folder: string, text: string): void {
  const temporary = newName(folder);
  writeFileSync(temporary, text, { flag: 'wx', mode });
  try {
    // Whatever the mask of this program is: the agent may be another user.
    chmodSync(temporary, mode);
    makeWay(folder);
    renameSync(temporary, `${folder}/${flagName}`);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Nothing takes the place of a folder, and a full one cannot be removed: it gets another name. */
function makeWay(folder: string): void {
  const flag = `${folder}/${flagName}`;
  if (lstatSync(flag, { throwIfNoEntry: false })?.isDirectory() === true) renameSync(flag, newName(folder));
}

function newName(folder: string): string {
  return `${folder}/.${flagName}-${randomUUID()}`;
}

function cannotWrite(folder: string, error: unknown): ActionOutcome {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
  return {
    exitCode: 1,
    reason: {
      code: isFull ? 'quiet-folder-full' : 'quiet-folder-unusable',
      message: `${folder} cannot be written: ${errorText(error)}.`,
      remedy: isFull
        ? `Anybody may add files there, and somebody added too many: ls -la ${folder} tells who. Remove them.`
        : 'The agent makes this folder when it starts; start it, and give agent and executor the same run folder.',
    },
  };
}
