// How perf is confined while it reads the symbols of foreign programs. In: what this machine has. Out: the words before its command,
// and what is lacking. The kernel then holds it: no capability and none to be had, another user when we are root, no network,
// limits of memory, processor time, files and descriptors, and a lower priority than the agent's ticks have.
// A machine that lacks a program (util-linux, coreutils) confines less, and `jidi-agent doctor` says so.
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemFolders } from '../perf/perf-program.ts';

/** Heap and everything else that is written to; files that are only read do not count. */
export const symbolMemoryBytes = 128 * 1024 * 1024;
const symbolProcessorSeconds = 90;
const addressBytes = 8 * 1024 ** 3;
/** The number that the kernel gives to users it does not know; nothing belongs to it. */
const nobody = 65_534;

export interface Confinement {
  /** Words to stand before the command. */
  readonly prefix: readonly string[];
  /** The user for whom everything is started; undefined: ours, or the prefix sees to it. */
  readonly user: number | undefined;
  /** True when perf runs as another user than we. */
  readonly isStranger: boolean;
  readonly lacks: readonly ConfinementLack[];
}

export type ConfinementLack = 'priority' | 'limits' | 'network' | 'privileges';

interface Layer {
  readonly lack: ConfinementLack;
  /** The first that works is taken. */
  readonly ways: readonly (readonly string[])[];
}

/** Whether a command can be started so, perhaps as another user. */
type Try = (words: readonly string[], user?: number) => boolean;

/** `isAlone`: this program itself reaches no network. */
export function findConfinement(
  uid = process.geteuid?.() ?? -1,
  works: Try = worksHere,
  isAlone = reachesNobody(),
): Confinement {
  const layers = layersFor(uid).filter(({ lack }) => !(isAlone && lack === 'network'));
  const best = layers.flatMap(({ ways: [way = []] }) => way);
  if (works(best)) return { prefix: best, user: undefined, isStranger: uid === 0, lacks: [] };
  const prefix: string[] = [];
  const lacks: ConfinementLack[] = [];
  for (const { lack, ways } of layers) {
    const way = ways.find((words) => works([...prefix, ...words]));
    if (way === undefined) lacks.push(lack);
    else prefix.push(...way);
  }
  if (uid !== 0 || !lacks.includes('privileges'))
    return { prefix, user: undefined, isStranger: uid === 0, lacks };
  // A root without the right to become somebody else, as in some containers, stays what it is.
  const user = works(prefix, nobody) ? nobody : undefined;
  return { prefix, user, isStranger: user !== undefined, lacks };
}

function layersFor(uid: number): readonly Layer[] {
  const limits = [
    `--data=${symbolMemoryBytes}`,
    `--as=${addressBytes}`,
    // The first number ends it with a signal of its own, the second for certain.
    `--cpu=${symbolProcessorSeconds}:${symbolProcessorSeconds + 5}`,
    '--nofile=1024',
    '--fsize=1048576',
    '--core=0',
  ];
  // Behind the agent, whatever that has, but not by much: on a node whose processors are all busy the lowest would take minutes.
  const later = ['nice', '-n', '2', 'ionice', '-c', '2', '-n', '7'];
  const alone = ['unshare', '--net', '--'];
  const aloneAsUser = ['unshare', '--user', '--map-current-user', '--net', '--'];
  return [
    { lack: 'priority', ways: [later, later.slice(0, 3)] },
    { lack: 'limits', ways: [['prlimit', ...limits]] },
    { lack: 'network', ways: uid === 0 ? [alone] : [aloneAsUser, alone] },
    { lack: 'privileges', ways: privilegeWays(uid) },
  ];
}

function privilegeWays(uid: number): readonly (readonly string[])[] {
  const none = ['setpriv', '--no-new-privs', '--inh-caps=-all'];
  const stranger = ['--bounding-set=-all', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  const plain = uid === 0 ? [...none, ...stranger] : none;
  const modern = ['--ambient-caps=-all', '--pdeathsig=KILL'];
  return [
    [...plain, ...modern, '--'],
    [...plain, '--'],
  ];
}

/** True in a network namespace with nothing but a loopback, as a service of its own has it. (proc_net(5)) */
export function reachesNobody(devices = readDevices()): boolean {
  const names = [...devices.matchAll(/^\s*([^\s:]+):/gm)].map(([, name]) => name);
  return names.length > 0 && names.every((name) => name === 'lo');
}

function readDevices(): string {
  try {
    return readFileSync('/proc/self/net/dev', 'utf8');
  } catch {
    // Nothing is known, so it is confined.
    return '';
  }
}

function worksHere(words: readonly string[], user?: number): boolean {
  const options: SpawnSyncOptions = {
    stdio: 'ignore',
    timeout: 5000,
    env: { PATH: systemFolders },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  };
  const [program = 'true', ...args] = words;
  return spawnSync(program, [...args, 'true'], options).status === 0;
}
