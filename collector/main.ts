// The collector as a program: jidi-collector [--config FILE] [--data DIR] … | check-config | backup | restore | verify …
// On stdout, once it is ready: the addresses it listens on, one `name: value` per line.
import { CommanderError } from 'commander';
import { systemClock } from '../shared/clock.ts';
import { errorCode } from '../shared/errors.ts';
import { runProgram, startRefusedExitCode } from '../shared/lifecycle.ts';
import { createLogger } from '../shared/log.ts';
import { noticeService } from '../shared/service-notice.ts';
import { startCollector } from './collector.ts';
import { readProgram } from './program.ts';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') throw error;
  process.exit(0);
});

await runProgram({ name: 'jidi-collector', stopDeadlineMs: 10_000 }, async () => {
  const outcome = await readProgram(process.argv.slice(2), {
    env: process.env,
    isTerminal: process.stderr.isTTY,
    write: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    writeError: (text) => void process.stderr.write(text),
  }).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'end', exitCode: error.exitCode === 0 ? 0 : startRefusedExitCode } as const;
  });
  if (outcome.kind === 'end') return finish(outcome.exitCode);
  const collector = await startCollector(outcome.config);
  const { addresses, consoleUrl } = collector;
  for (const [name, address] of Object.entries(addresses)) {
    if (address !== null) process.stdout.write(`${name}: ${address}\n`);
  }
  process.stdout.write(`console: ${consoleUrl}\n`);
  const { health } = collector;
  const log = createLogger('jidi-collector', outcome.config.log);
  noticeService({ health, clock: systemClock, log, env: process.env });
  return collector;
});

/** Ends the program once what was written is out. */
function finish(exitCode: number): Promise<never> {
  return new Promise(() => process.stdout.write('', () => process.exit(exitCode)));
}
