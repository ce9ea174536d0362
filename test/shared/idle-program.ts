// A program that waits for nothing that would hold its process, as an agent between two connections.
import { systemClock } from '../../shared/clock.ts';
import { runProgram } from '../../shared/lifecycle.ts';

await runProgram({ name: 'idle', stopDeadlineMs: 1_000 }, async () => {
  systemClock.after(300, () => process.stdout.write('still here\n'));
  return { stop: async () => {} };
});
