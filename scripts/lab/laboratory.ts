// The laboratory: a cluster of three systemd machines on this one, with a network of their own, munge, Slurm and two users.
// In: a cache folder. Out: machines that are up, their Slurm idle. Refuses, with the remedy, where it cannot run.
// Invariants: everything it makes is below its own folder, its own control group or its own processes, and stop() removes all of
// it; what one that died left behind is removed by the next.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseTree } from './base-tree.ts';
import { endCalls, LabError } from './commands.ts';
import { freezerRoot, makeGroup, removeGroup } from './control-groups.ts';
import { guard } from './keeper.ts';
import { Machine } from './machine.ts';
import { MachineTree } from './machine-tree.ts';
import { LabNetwork } from './network.ts';
import { isRunning, ownMark } from './owner.ts';
import type { Progress } from './progress.ts';
import { whyNoLaboratory } from './refusals.ts';
import { awaitIdle, placeSlurm } from './slurm.ts';

const managerName = 'mgr';
export const nodeNames = ['n1', 'n2'] as const;
const machineNames = [managerName, ...nodeNames];
const groupPrefix = 'jidi-lab-';

export interface LaboratoryOptions {
  readonly cache: string;
  readonly progress: Progress;
}

export class Laboratory {
  readonly #options: LaboratoryOptions;
  readonly #id = `${process.pid}-${randomBytes(3).toString('hex')}`;
  readonly #folder: string;
  readonly #group: string;
  readonly #network = new LabNetwork();
  readonly #machines = new Map<string, Machine>();
  #endGuard: () => Promise<void> = async () => undefined;
  #starting: Promise<void> = Promise.resolve();

  private constructor(options: LaboratoryOptions) {
    const refusal = whyNoLaboratory();
    if (refusal !== undefined) throw new LabError(refusal);
    this.#options = options;
    this.#folder = join(options.cache, 'running', this.#id);
    this.#group = `${groupPrefix}${this.#id}`;
  }

  /** A laboratory that has made nothing yet, so that its owner can stop it whenever it has begun. */
  static prepare(options: LaboratoryOptions): Laboratory {
    return new Laboratory(options);
  }

  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { cache, progress } = this.#options;
    process.umask(0o022);
    await removeAbandoned(join(cache, 'running'));
    const base = await baseTree(cache, progress);
    await progress.step(`boot ${machineNames.join(', ')}`, () => this.#boot(base));
    await progress.step('Slurm', () => awaitIdle(this.manager, nodeNames));
  }

  get manager(): Machine {
    return this.machine(managerName);
  }

  get nodes(): readonly Machine[] {
    return nodeNames.map((name) => this.machine(name));
  }

  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new LabError(`no machine ${name} in the laboratory`);
    return machine;
  }

  /** File by which the network of a machine is entered. */
  networkOf(name: string): string {
    return this.#network.path(name);
  }

  get folder(): string {
    return this.#folder;
  }

  async stop(): Promise<void> {
    endCalls();
    await this.#stopMachines();
    // A start that was under way has noticed by now; what it began meanwhile ends, too.
    await this.#starting.catch(() => undefined);
    await this.#stopMachines();
    await this.#network.stop();
    await removeGroup(this.#group);
    await this.#endGuard();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #stopMachines(): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine.stop()));
  }

  async #boot(base: string): Promise<void> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.#folder, 'owner'), ownMark());
    this.#endGuard = guard(makeGroup(this.#group)[0] ?? '');
    const addresses = LabNetwork.addresses(machineNames);
    await this.#network.start(addresses);
    const tracking = freezerRoot() === undefined ? 'unified' : 'freezer';
    const plan = { manager: managerName, nodes: nodeNames, mungeKey: randomBytes(128), tracking } as const;
    for (const [name, address] of addresses) {
      const folder = join(this.#folder, name);
      const tree = await MachineTree.make(base, folder);
      tree.place('/etc/hostname', `${name}\n`);
      tree.place('/etc/hosts', hostsFile(addresses));
      // A machine that lives for an hour need not survive a loss of power.
      tree.place('/etc/dpkg/dpkg.cfg.d/laboratory', 'force-unsafe-io\n');
      // What a job left running does not hold up a restart for the usual minute and a half.
      tree.place('/etc/systemd/system.conf.d/laboratory.conf', '[Manager]\nDefaultTimeoutStopSec=10s\n');
      placeSlurm(tree, name, plan);
      const groups = makeGroup(join(this.#group, name));
      const places = { groups, log: join(folder, 'console.log'), network: this.#network.path(name) };
      const containerName = `${groupPrefix}${this.#id}-${name}`;
      this.#machines.set(name, new Machine({ name, address, tree, containerName, ...places }));
    }
    await Promise.all(this.machines.map((machine) => machine.start()));
  }
}

function hostsFile(addresses: ReadonlyMap<string, string>): string {
  const machines = [...addresses].map(([name, address]) => `${address} ${name}`);
  return ['127.0.0.1 localhost', '::1 localhost', ...machines, ''].join('\n');
}

/** What a laboratory whose process is gone left behind: its group and its folder. */
async function removeAbandoned(running: string): Promise<void> {
  mkdirSync(running, { recursive: true, mode: 0o700 });
  for (const id of readdirSync(running)) {
    if (isRunning(join(running, id, 'owner'))) continue;
    await removeGroup(`${groupPrefix}${id}`);
    // Containers that end by themselves remove these empty folders; killed ones do not.
    for (const name of machineNames) {
      rmSync(join('/run/systemd/nspawn/propagate', `${groupPrefix}${id}-${name}`), {
        recursive: true,
        force: true,
      });
    }
    rmSync(join(running, id), { recursive: true, force: true });
  }
}
