// One machine of the laboratory: systemd as the first process of a container, on the base tree with a layer of its own above it.
// In: what stands in its files before it starts. Out: programs run in it, as any of its users; reboots, its own or asked for.
// Invariants: its mounts exist only in a mount namespace of its own; all its processes are in its control group.
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CallOptions, call, failureOf, LabError, type Outcome } from './commands.ts';
import { end, exited, keep } from './keeper.ts';
import type { MachineTree } from './machine-tree.ts';

export interface MachinePlace {
  readonly name: string;
  readonly address: string;
  readonly tree: MachineTree;
  /** Folders of its own control group, made. */
  readonly groups: readonly string[];
  /** File of the network namespace. */
  readonly network: string;
  /** What the machine prints while it starts and stops. */
  readonly log: string;
  /** No two containers of a host have the same. */
  readonly containerName: string;
}

export interface RunOptions extends CallOptions {
  /** Who runs it; root when it is left out. */
  readonly user?: string;
}

const bootWithinMs = 90_000;
const endWithinMs = 5_000;
/** systemd-nspawn ends with this when the machine wants to start again. */
const wantsRestart = 133;
const environment = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', 'HOME=/root'];

export class Machine {
  readonly name: string;
  readonly address: string;
  readonly #place: MachinePlace;
  #container: ChildProcess | undefined;
  #first: number | undefined;
  #stopping = false;

  constructor(place: MachinePlace) {
    this.#place = place;
    this.name = place.name;
    this.address = place.address;
  }

  /** Resolves when systemd says that it is up. */
  async start(): Promise<void> {
    if (this.#stopping) throw new LabError(`${this.name} is being stopped`);
    this.#launch();
    await this.awaitUp();
  }

  /** Asks the machine to restart, as `reboot` does; resolves when it is up again. */
  async reboot(): Promise<void> {
    const before = await this.bootId();
    await this.run(['systemctl', 'reboot']);
    await this.#until('another start', async () => {
      const now = this.#findFirst() ? await this.bootId() : '';
      return now !== '' && now !== before;
    });
    await this.awaitUp();
  }

  async awaitUp(): Promise<void> {
    let seen = '';
    await this.#until('its start', async () => {
      if (!this.#findFirst()) return false;
      const { stdout, stderr } = await this.run(['systemctl', 'is-system-running'], { check: false });
      seen = stdout.trim() || stderr.trim();
      return ['running', 'degraded'].includes(seen);
    }).catch((error: unknown) => {
      throw new LabError(`${this.name} did not start (${seen}):\n${this.#logEnd()}`, { cause: error });
    });
  }

  /** Runs a program in the machine to its end; throws when it fails, unless told not to check. */
  async run(command: readonly string[], options: RunOptions & { check?: boolean } = {}): Promise<Outcome> {
    const { user, check = true, ...rest } = options;
    const as = user === undefined ? [] : ['runuser', '-u', user, '--'];
    const outcome = await call(
      'nsenter',
      [...this.#entry(), 'env', '-i', ...environment, ...as, ...command],
      rest,
    );
    if (check && outcome.code !== 0)
      throw new LabError(failureOf(`${this.name}: ${command.join(' ')}`, outcome));
    return outcome;
  }

  /** What a shell line prints, without the white space at its end. */
  async sh(line: string, options: RunOptions = {}): Promise<string> {
    return (await this.run(['sh', '-c', line], options)).stdout.trimEnd();
  }

  /** Root's file, while the machine runs. */
  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const line = 'umask 077; cat > "$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"';
    await this.run(['sh', '-c', line, 'sh', path, mode.toString(8)], { input: content });
  }

  /** A path of the machine as this host can open it, while the machine runs. */
  path(inside: string): string {
    return join(`/proc/${this.pid}/root`, inside);
  }

  /** The machine's first process, as the host numbers it. */
  get pid(): number {
    if (this.#first === undefined) throw new LabError(`${this.name} does not run`);
    return this.#first;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const container = this.#container;
    if (container === undefined) return;
    // Without its first process the container ends by itself and removes what it has on this host.
    if (this.#findFirst()) kill(this.pid);
    await within(endWithinMs, exited(container));
    await end(container);
  }

  /** The kernel's id does not change with a container; systemd's start time does. */
  async bootId(): Promise<string> {
    const { stdout } = await this.run(['systemctl', 'show', '-p', 'UserspaceTimestampMonotonic'], {
      check: false,
    });
    return stdout.trim();
  }

  #launch(): void {
    const { groups, log, network, tree, containerName } = this.#place;
    const nspawn = ['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--console=pipe', '--boot'];
    nspawn.push(
      `--machine=${containerName}`,
      `--hostname=${this.name}`,
      `--network-namespace-path=${network}`,
    );
    nspawn.push(
      '--capability=CAP_PERFMON,CAP_SYSLOG,CAP_CHECKPOINT_RESTORE',
      '--system-call-filter=perf_event_open',
    );
    nspawn.push('--resolv-conf=off', '--timezone=off', '--link-journal=no', `--directory=${tree.root}`);
    const join = groups.map((folder) => `echo $$ > ${folder}/cgroup.procs`);
    const script = `${[...join, tree.mountCommand].join(' && ')} && exec "$@"`;
    const output = openSync(log, 'a');
    const child = keep(
      ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...nspawn],
      ['ignore', output, output],
      { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    );
    closeSync(output);
    this.#container = child;
    child.once('exit', (code) => {
      this.#first = undefined;
      if (!this.#stopping && code === wantsRestart) this.#launch();
    });
  }

  #entry(): readonly string[] {
    return ['-t', String(this.pid), '-m', '-u', '-i', '-n', '-p', '-C', '--root', '--wdns=/', '--'];
  }

  #findFirst(): boolean {
    const container = this.#container?.pid;
    if (this.#first !== undefined || container === undefined) return this.#first !== undefined;
    this.#first = childrenOf(container).find(isFirstOfItsNamespace);
    return this.#first !== undefined;
  }

  async #until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + bootWithinMs;
    while (!(await condition().catch(() => false))) {
      if (this.#stopping) throw new LabError(`${this.name} is being stopped`);
      const { exitCode = null } = this.#container ?? {};
      if (exitCode !== null && exitCode !== wantsRestart) {
        throw new LabError(`${this.name}: systemd-nspawn ended with ${exitCode}:\n${this.#logEnd()}`);
      }
      if (performance.now() > deadlineMs) {
        throw new LabError(`${this.name}: ${what} not within ${bootWithinMs / 1000} s:\n${this.#logEnd()}`);
      }
      await delay(50);
      this.#findFirst();
    }
  }

  #logEnd(): string {
    return readFileSync(this.#place.log, 'utf8').slice(-3_000);
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return []; // It has just ended.
  }
}

function isFirstOfItsNamespace(pid: number): boolean {
  try {
    return /^NSpid:\t.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // It has just ended.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  const waited = new AbortController();
  await Promise.race([promise, delay(ms, undefined, { signal: waited.signal }).catch(() => undefined)]);
  waited.abort();
}
