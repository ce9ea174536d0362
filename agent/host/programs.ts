// The only way to start another program from the measuring side. In: a name of the list, arguments. Out: exit code and
// bounded output. It refuses names that are not on the list, searches only the system's folders, gives no environment
// of ours, and ends what runs past its deadline.
import { execFile } from 'node:child_process';
import { HostError, hostError } from './host-error.ts';

export interface ProgramRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly deadlineMs: number;
  /** More output than this ends the program. */
  readonly outputBytes?: number;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunProgram = (request: ProgramRequest) => Promise<ProgramResult>;

export interface ProgramDoor {
  readonly allowed: ReadonlySet<string>;
  /** Folders to search, as in PATH. */
  readonly path: string;
}

const usualOutputBytes = 1024 * 1024;

export function createProgramDoor(door: ProgramDoor): RunProgram {
  return (request) =>
    new Promise((resolve, reject) => {
      const subject = `run ${request.program}`;
      if (!door.allowed.has(request.program)) {
        reject(new HostError(subject, 'EPERM'));
        return;
      }
      const options = {
        timeout: request.deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: request.outputBytes ?? usualOutputBytes,
        env: { PATH: door.path, LC_ALL: 'C' },
        cwd: '/',
      } as const;
      execFile(request.program, request.arguments, options, (error, stdout, stderr) => {
        if (error === null) resolve({ exitCode: 0, stdout, stderr });
        else if (error.killed === true) reject(new HostError(subject, 'ETIMEDOUT', { cause: error }));
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
        else reject(hostError(subject, error));
      });
    });
}
