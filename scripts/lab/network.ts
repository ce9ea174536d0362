// The network of the laboratory: a network namespace for each machine, and one with the bridge between them. None of them has
// a way to this machine or out of it. Nothing carries a name of this machine: a namespace lives as long as its keeper.
import type { ChildProcess } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError, mustCall } from './commands.ts';
import { end, keep } from './keeper.ts';

const prefix = '192.0.2';
const startWithinMs = 10_000;

export class LabNetwork {
  readonly #keepers = new Map<string, ChildProcess>();

  /** An address for each machine, in the order of their names. */
  static addresses(names: readonly string[]): ReadonlyMap<string, string> {
    return new Map(names.map((name, index) => [name, `${prefix}.${index + 1}`]));
  }

  async start(addresses: ReadonlyMap<string, string>): Promise<void> {
    const bridge = await this.#makeNamespace('bridge');
    await this.#ip(bridge, ['link add lab type bridge', 'link set lab up']);
    for (const [name, address] of addresses) {
      const machine = await this.#makeNamespace(name);
      await this.#ip(machine, [
        `link add host0 type veth peer name ${name} netns ${bridge}`,
        `addr add ${address}/24 dev host0`,
        'link set lo up',
        'link set host0 up',
      ]);
      await this.#ip(bridge, [`link set ${name} master lab`, `link set ${name} up`]);
    }
  }

  /** The file by which a namespace is entered. */
  path(name: string): string {
    const pid = this.#keepers.get(name)?.pid;
    if (pid === undefined) throw new LabError(`no network namespace for ${name}`);
    return `/proc/${pid}/ns/net`;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map(end));
    this.#keepers.clear();
  }

  async #makeNamespace(name: string): Promise<number> {
    const keeper = keep(['unshare', '--net', 'sleep', 'infinity']);
    this.#keepers.set(name, keeper);
    const own = readlinkSync('/proc/self/ns/net');
    const deadlineMs = performance.now() + startWithinMs;
    for (;;) {
      const { pid } = keeper;
      if (pid === undefined || keeper.exitCode !== null)
        throw new LabError(`unshare --net for ${name} failed`);
      if (namespaceOf(pid) !== own) return pid;
      if (performance.now() > deadlineMs) throw new LabError(`no network namespace for ${name} in time`);
      await delay(5);
    }
  }

  async #ip(namespaceKeeper: number, lines: readonly string[]): Promise<void> {
    const args = [`--net=/proc/${namespaceKeeper}/ns/net`, 'ip', '-batch', '-'];
    await mustCall('nsenter', args, { input: `${lines.join('\n')}\n` });
  }
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // Ended; the caller sees that by its exit code.
  }
}
