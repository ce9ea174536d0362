// Before the first test of all: what the laboratory needs begins to be made in the background, with the lowest priority, while
// other tests run. The laboratory waits for it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { whyNoLaboratory } from '../../scripts/lab/refusals.ts';

const program = join(import.meta.dirname, '../../scripts/lab.ts');

let child: ChildProcess | undefined;

export async function setup(): Promise<void> {
  if (whyNoLaboratory() !== undefined || process.env['JIDI_LAB_PACKAGES'] !== undefined) return;
  child = spawn('nice', ['-n', '19', process.execPath, program, '--prepare'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout === null) return;
  // From its first line on others see that it is being prepared.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  child.stdout.resume();
}

export async function teardown(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
