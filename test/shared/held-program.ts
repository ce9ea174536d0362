// A program with a thread that waits in the kernel: it opens a pipe that nobody writes to. In: the pipe's path.
import { open } from 'node:fs/promises';
import { runProgram } from '../../shared/lifecycle.ts';

const [path = ''] = process.argv.slice(2);

await runProgram({ name: 'held', stopDeadlineMs: 1_000 }, async () => {
  void open(path, 'r');
  process.stdout.write('ready\n');
  return { stop: async () => {}, isHeld: () => true };
});
