// The step from the program that checks the configuration to the one that measures. What checking needs (a YAML parser,
// a schema) is of no use afterwards and a running program cannot give its memory back: so the process becomes another
// program, under the same pid, with the flags and variables that keep Node small.
import { execArgv, execPath } from 'node:process';
import { StartError } from '../../shared/errors.ts';
import type { AgentConfig } from '../config.ts';

const configVariable = 'JIDI_AGENT_CONFIG';

/** None that V8 would refuse Node's compiled code for: those are set later, see small-engine.ts. */
const nodeFlags = [
  // One tick is a few ms of work: threads that compile and collect beside it only cost memory and wake-ups.
  '--single-threaded-gc',
  '--no-concurrent-recompilation',
  '--v8-pool-size=1',
  '--max-semi-space-size=1',
  // Else the certificates of the whole world are in memory as soon as the module for TLS is, in 1.6 MiB.
  '--use-openssl-ca',
  // Nobody but the one who started it opens a port of this program.
  '--disable-sigusr1',
];

const smallVariables = {
  // One pool of memory for all threads: those that wait for slow devices would each have their own.
  MALLOC_ARENA_MAX: '1',
  // What is large goes back to the system when it is free; without a number here it does so ever more rarely.
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

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
