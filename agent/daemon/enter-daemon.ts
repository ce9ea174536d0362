// The step from the program that checks the configuration to the one that measures. What checking needs (a YAML parser,
// a schema) is of no use afterwards and a running program cannot give its memory back: so the process becomes another
// program, under the same pid, with the flags and variables that keep Node small.
import { execArgv, execPath } from 'node:process';
import { StartError } from '../../shared/errors.ts';
import type { AgentConfig } from '../config.ts';

const configVariable = 'JIDI_AGENT_CONFIG';

const nodeFlags = [
  // One tick is a few ms of work: threads that compile and collect beside it only cost memory and wake-ups.
  '--single-threaded',
  '--max-semi-space-size=1',
  // Most of the code runs once a tick: to optimise it after some hundred runs costs more than it saves in days. What
  // runs for each of many processes gets there soon.
  '--invocation-count-for-maglev=4000',
  '--invocation-count-for-maglev-osr=4000',
  '--invocation-count-for-turbofan=20000',
  '--invocation-count-for-osr=20000',
  // For one collection after the start.
  '--expose-gc',
];

/** One pool of memory for all threads: those that wait for slow devices would each have their own. */
const smallVariables = { MALLOC_ARENA_MAX: '1' };

/** Does not return. `program`: the file of the daemon. */
export function enterDaemon(program: string, config: AgentConfig): never {
  const args = [execPath, ...execArgv, ...nodeFlags, program];
  process.execve?.(execPath, args, {
    ...process.env,
    ...smallVariables,
    [configVariable]: JSON.stringify(config),
  });
  throw new StartError(
    'this Node cannot replace a program',
    'Run the agent with the Node it is shipped with.',
  );
}

/** The configuration that came with the environment; children do not see it. Throws StartError. */
export function takeConfig(env: NodeJS.ProcessEnv): AgentConfig {
  const text = env[configVariable];
  if (text === undefined) {
    throw new StartError('the agent was started without its configuration', 'Start jidi-agent instead.');
  }
  delete env[configVariable];
  // Written by enterDaemon a moment ago.
  return Object.freeze(JSON.parse(text) as AgentConfig);
}
