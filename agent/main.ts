// The agent as a program: jidi-agent [--config FILE] [--collector HOST:PORT] [--interval 5s] …
// On stdout, once it measures: `node: NAME`.
import { parseArgs } from 'node:util';
import { errorMessage, StartError } from '../shared/errors.ts';
import { runProgram } from '../shared/lifecycle.ts';
import { startAgent } from './agent.ts';
import { loadAgentConfig } from './config.ts';

await runProgram({ name: 'jidi-agent', stopDeadlineMs: 15_000 }, async () => {
  const flags = readFlags();
  const config = loadAgentConfig(flags.config, {
    node: flags.node,
    role: flags.role,
    collector: flags.collector,
    interval: flags.interval,
    runDir: flags.run,
    stateDir: flags.state,
    log: flags.log,
    control: { executor: flags.executor, policy: flags.policy },
  });
  if (flags['check-config']) {
    process.stdout.write('configuration: valid\n');
    process.exit(0);
  }
  const agent = await startAgent(config);
  process.stdout.write(`node: ${config.node}\n`);
  return agent;
});

function readFlags() {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        config: text,
        'check-config': { type: 'boolean', default: false },
        node: text,
        role: text,
        collector: text,
        interval: text,
        run: text,
        state: text,
        executor: text,
        policy: text,
        log: text,
      },
    });
    return values;
  } catch (error) {
    const known =
      '--config --check-config --node --role --collector --interval --run --state --executor --policy --log';
    throw new StartError(errorMessage(error), `Flags: ${known}.`, { cause: error });
  }
}
