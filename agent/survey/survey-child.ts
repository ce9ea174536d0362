// Runs the survey program. In: the program. Out: its Inventory, or null with a line in the log when it ends badly, says
// too much or takes too long.
import { execFile } from 'node:child_process';
import { errorMessage } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Inventory } from '../../shared/model/node.ts';

const deadlineMs = 60_000;
const mostBytes = 1024 * 1024;

/** Never rejects. `program`: arguments for Node that start it. */
export function runSurvey(program: readonly string[], log: Logger): Promise<Inventory | null> {
  const options = { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: mostBytes } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, program, options, (failure, stdout) => {
      try {
        if (failure !== null) throw failure;
        resolve(parseInventory(stdout));
      } catch (error) {
        log.warn({ reason: errorMessage(error) }, 'the inventory is not known');
        resolve(null);
      }
    });
  });
}

function parseInventory(text: string): Inventory {
  const document: unknown = JSON.parse(text);
  // The program is ours; what cannot be told apart from an Inventory here is refused when it is encoded.
  if (typeof document === 'object' && document !== null && 'timeMs' in document) return document as Inventory;
  throw new Error('the survey told no inventory');
}
