// Calls a program of the packaging tools and waits for its end. Throws StartError with its words when it fails, and with
// the Debian package that brings it when it is not there.
import { spawn } from 'node:child_process';
import { errorCode, StartError } from '../../shared/errors.ts';
import { prerequisites } from '../prerequisites.ts';

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const longestWords = 4_000;

/** What the program said on stdout. */
export function call(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: CallOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complained = (complained + chunk.toString()).slice(-longestWords)),
  );
  child.on('error', (error) => reject(errorCode(error) === 'ENOENT' ? missing(program) : error));
  child.on('close', (code, signal) => {
    if (code === 0) resolve(said);
    else
      reject(
        new StartError(`${program} ended with ${code ?? signal}`, complained || said.slice(-longestWords)),
      );
  });
  return promise;
}

function missing(program: string): StartError {
  const { debian = program } = prerequisites.find((each) => each.program === program) ?? {};
  return new StartError(`${program} is not there`, `Install it: apt-get install ${debian}`);
}
