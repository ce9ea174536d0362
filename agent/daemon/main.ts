// The agent that measures, as a program: entered by jidi-agent once the configuration is checked, never by hand.
// In: the configuration, in the environment. On stdout, once it measures: `node: NAME`.
import { systemClock } from '../../shared/clock.ts';
import { runProgram } from '../../shared/lifecycle.ts';
import { createLogger } from '../../shared/log.ts';
import { noticeService } from '../../shared/service-notice.ts';
import { startAgent } from '../agent.ts';
import { takeConfig } from './enter-daemon.ts';
import { forgetSystemAuthorities } from './no-system-authorities.ts';
import { collectGarbage, keepEngineSmall } from './small-engine.ts';

/** The first readings, the connections and the survey of the node are over by then. */
const settledAfterMs = 15_000;

keepEngineSmall();
await runProgram({ name: 'jidi-agent', stopDeadlineMs: 15_000 }, async () => {
  const config = takeConfig(process.env);
  if (!config.plain) forgetSystemAuthorities();
  const agent = await startAgent(config);
  systemClock.after(settledAfterMs, collectGarbage);
  process.stdout.write(`node: ${config.node}\n`);
  const { health } = agent;
  const log = createLogger('jidi-agent', config.log);
  noticeService({ health, clock: systemClock, log, env: process.env });
  return agent;
});
