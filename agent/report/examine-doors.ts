// What the doctor finds behind the agent's doors: folders, executor, profiler, collector. In: the configuration. Out: findings.
// It connects and hangs up at once; it sends nothing.
import { accessSync, constants, existsSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { resolve } from 'node:path';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import type { AgentConfig } from '../config.ts';
import { examineBuffer } from './examine-buffer.ts';
import { examineCollectors } from './examine-collectors.ts';
import { absent, type Finding, failed, good, lacking } from './finding.ts';

const connectDeadlineMs = 3_000;
/** Where an agent of `npm start -- --data data` has what it needs. */
const besideStart =
  'Beside `npm start -- --data data` say where its parts are: npx jidi-agent doctor --collector 127.0.0.1:7301 ' +
  '--run data/run --state data/agent --policy data/policy.json --executor child --profiler child.';

export async function examineDoors(config: AgentConfig): Promise<readonly Finding[]> {
  return [
    folderFinding('runDir', config.runDir),
    folderFinding('stateDir', config.stateDir),
    examineBuffer(config),
    await executorFinding(config),
    await profilerFinding(config),
    ...(await examineCollectors(config, besideStart)),
  ];
}

function folderFinding(key: string, folder: string): Finding {
  const subject = `folder ${key}`;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return good(subject, folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      const remedy = 'Nothing to do: the agent makes it when it starts, where its user may.';
      return absent(subject, `${folder} is not there yet`, remedy);
    }
    const remedy = `Ask as the user of the agent, or name another folder with ${key}.`;
    return lacking(subject, `${folder} cannot be written by this user`, remedy);
  }
}

async function executorFinding({ control, runDir }: AgentConfig): Promise<Finding> {
  const subject = 'executor';
  if (control.executor === 'off') return good(subject, 'off, as configured: no command runs on this node');
  const policy = existsSync(control.policy)
    ? null
    : lacking(
        'policy',
        `${control.policy} is not there`,
        'Put it there, or name another with control.policy.',
      );
  const path = resolve(runDir, 'executor.sock');
  if (control.executor === 'child') {
    if (policy !== null) return policy;
    if (!existsSync(path)) return good(subject, `started by the agent, policy ${control.policy}`);
    const trouble = await tryConnect({ path });
    if (trouble === null) return good(subject, `${path} answers, policy ${control.policy}`);
    const remedy = 'Start the agent again: it removes what an earlier one left there. Or ask as its user.';
    return lacking(subject, `${path}: ${trouble}`, remedy);
  }
  const trouble = await tryConnect({ path });
  if (trouble === null) return good(subject, path);
  const remedy = 'Start jidi-executor, or set control.executor to child (the agent starts it) or off.';
  return failed(subject, `${path}: ${trouble}`, `${remedy} ${besideStart}`);
}

async function profilerFinding({ profiler, runDir }: AgentConfig): Promise<Finding> {
  const subject = 'profiler';
  if (profiler.how === 'child') return good(subject, 'run by the agent, with its rights');
  const path = resolve(runDir, 'profiler.sock');
  const trouble = await tryConnect({ path });
  if (trouble === null) return good(subject, path);
  const remedy =
    'Start it: systemctl enable --now jidi-profiler.socket. Or set profiler.how to child (the agent runs it).';
  return failed(subject, `${path}: ${trouble}`, remedy);
}

/** null when somebody answers, else why not. */
function tryConnect(to: NetConnectOpts): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ ...to, timeout: connectDeadlineMs });
    const end = (trouble: string | null): void => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${connectDeadlineMs} ms`));
    socket.once('error', (error) => end(errorCode(error) ?? errorMessage(error)));
  });
}
