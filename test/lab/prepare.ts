// Before the first test of all: what the laboratory needs begins to be made in the background, with the lowest priority, while
// other tests run. The laboratory waits for it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { whyNoLaboratory } from '../../scripts/lab/refusals.ts';

const program = join(import.meta.dirname, '../../scripts/lab.ts');

export default function setUp(): (() => Promise<void>) | undefined {
  if (whyNoLaboratory() !== undefined) return undefined;
  const child = spawn('nice', ['-n', '19', process.execPath, program, '--prepare'], { stdio: 'ignore' });
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
}
