// The agent that measures, as a program: entered by jidi-agent once the configuration is checked, never by hand.
// In: the configuration, in the environment. On stdout, once it measures: `node: NAME`.
import { runProgram } from '../../shared/lifecycle.ts';
import { startAgent } from '../agent.ts';
import { takeConfig } from './enter-daemon.ts';

await runProgram({ name: 'jidi-agent', stopDeadlineMs: 15_000 }, async () => {
  const config = takeConfig(process.env);
  const agent = await startAgent(config);
  process.stdout.write(`node: ${config.node}\n`);
  return agent;
});
