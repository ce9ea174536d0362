// The collector as a program: jidi-collector [--config FILE] [--data DIR] [--http HOST:PORT] [--grpc HOST:PORT] …
// On stdout, once it is ready: the addresses it listens on, one `name: value` per line.
import { parseArgs } from 'node:util';
import { errorMessage, StartError } from '../shared/errors.ts';
import { runProgram } from '../shared/lifecycle.ts';
import { startCollector } from './collector.ts';
import { loadCollectorConfig } from './config.ts';

await runProgram({ name: 'jidi-collector', stopDeadlineMs: 10_000 }, async () => {
  const flags = readFlags();
  const config = loadCollectorConfig(flags.config, {
    dataDir: flags.data,
    http: flags.http,
    grpc: flags.grpc,
    log: flags.log,
  });
  if (flags['check-config']) {
    process.stdout.write('configuration: valid\n');
    process.exit(0);
  }
  const collector = await startCollector(config);
  process.stdout.write(`agents: ${collector.grpcAddress}\nconsole: ${collector.consoleUrl}\n`);
  return collector;
});

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string' },
        'check-config': { type: 'boolean', default: false },
        data: { type: 'string' },
        http: { type: 'string' },
        grpc: { type: 'string' },
        log: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new StartError(errorMessage(error), 'Flags: --config --check-config --data --http --grpc --log.', {
      cause: error,
    });
  }
}
