// A program of this repository that is expected to end by itself. In: its arguments. Out: its exit code and what it said.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const deadlineMs = 20_000;

export interface EndedProgram {
  /** null when it had to be ended. */
  readonly code: number | null;
  readonly stderr: string;
}

/** collector/main.ts or agent/main.ts. */
export function runProgram(program: string, args: readonly string[]): Promise<EndedProgram> {
  return run([join(root, program, 'main.ts'), ...args]);
}

/** `npm start` on free ports. */
export function runStart(dataDir: string): Promise<EndedProgram> {
  const ports = ['--http', '--agents', '--enrolment'].flatMap((flag) => [flag, '127.0.0.1:0']);
  return run([join(root, 'scripts/start.ts'), '--data', dataDir, ...ports]);
}

async function run(args: readonly string[]): Promise<EndedProgram> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  let isForced = false;
  const force = setTimeout(() => {
    isForced = true;
    child.kill('SIGTERM');
  }, deadlineMs);
  await closed;
  clearTimeout(force);
  return { code: isForced ? null : child.exitCode, stderr };
}
