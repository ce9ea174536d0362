// What the programs of a node may do, read from the kernel. In: a machine, a unit. Out: facts of its processes.
import type { Machine } from '../../scripts/lab/machine.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly user: string;
  /** Effective, permitted, bounding and ambient set, each as the kernel writes it. */
  readonly capabilities: Readonly<Record<'CapEff' | 'CapPrm' | 'CapBnd' | 'CapAmb', string>>;
  readonly noNewPrivileges: boolean;
  /** The network interfaces that it sees. */
  readonly interfaces: readonly string[];
}

export async function processesOf(machine: Machine, unit: string): Promise<readonly ProcessFacts[]> {
  const group = await machine.sh(`systemctl show -P ControlGroup '${unit}'`);
  if (group === '') return [];
  const pids = await machine.sh(`find '/sys/fs/cgroup${group}' -name cgroup.procs -exec cat {} +`);
  return Promise.all(
    pids
      .split('\n')
      .filter(Boolean)
      .map((pid) => factsOf(machine, Number(pid))),
  );
}

async function factsOf(machine: Machine, pid: number): Promise<ProcessFacts> {
  const status = await machine.sh(`cat /proc/${pid}/status`);
  const value = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const user = await machine.sh(`stat -c %U /proc/${pid}`);
  const interfaces = await machine.sh(`tail -n +3 /proc/${pid}/net/dev | cut -d: -f1 | tr -d ' '`);
  return {
    pid,
    user,
    capabilities: {
      CapEff: value('CapEff'),
      CapPrm: value('CapPrm'),
      CapBnd: value('CapBnd'),
      CapAmb: value('CapAmb'),
    },
    noNewPrivileges: value('NoNewPrivs') === '1',
    interfaces: interfaces.split('\n').sort(),
  };
}

/** What a user meets who connects to a socket of the node: `connected`, or the error's code. Keeps it open for a while. */
export async function connectAs(machine: Machine, user: string, socket: string, keepMs = 0): Promise<string> {
  const program = `const socket = require('node:net').connect(process.argv[1]);
    socket.on('connect', () => { console.log('connected'); setTimeout(() => process.exit(0), Number(process.argv[2])); });
    socket.on('error', (error) => { console.log(error.code); process.exit(0); });`;
  const command = ['/usr/lib/jidi-agent/node', '-e', program, '--', socket, String(keepMs)];
  return (await machine.run(command, { user })).stdout.trim();
}

/** Whether an address answers from within the network of a process: `connected`, or the error's code. */
export async function reachFrom(
  machine: Machine,
  pid: number,
  address: string,
  port: number,
): Promise<string> {
  const program = `const socket = require('node:net').connect(Number(process.argv[2]), process.argv[1]);
    socket.on('connect', () => { console.log('connected'); process.exit(0); });
    socket.on('error', (error) => { console.log(error.code); process.exit(0); });`;
  const node = ['/usr/lib/jidi-agent/node', '-e', program, '--', address, String(port)];
  return (await machine.run(['nsenter', '-t', String(pid), '-n', ...node])).stdout.trim();
}
