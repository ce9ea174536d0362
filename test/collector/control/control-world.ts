// A control service over a real store, with a clock that is turned by hand and nodes that write down what they hear.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { ControlService } from '../../../collector/control/control-service.ts';
import type { ControlPeer } from '../../../collector/ingest/control-handler.ts';
import { type Change, LiveBus } from '../../../collector/live/live-bus.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { CommandReport, CommandTarget } from '../../../shared/model/command.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import type { ProfileReport } from '../../../shared/model/profile.ts';
import { profileReport } from '../../shared/model/some-profile.ts';
import { openStoreIn } from '../store/open-store-in.ts';

const log = pino({ level: 'silent' });

/** Time stands still until it is turned. */
export class HandClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<{ atMs: number; run: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  turn(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.run();
    }
  }
}

export class FakeNode implements ControlPeer {
  readonly node: string;
  readonly heard: Directive[] = [];
  takesDirectives = true;

  constructor(node: string) {
    this.node = node;
  }

  send(directive: Directive): boolean {
    if (this.takesDirectives) this.heard.push(directive);
    return this.takesDirectives;
  }
}

export class ControlWorld {
  readonly folder: string;
  readonly clock = new HandClock();
  readonly bus = new LiveBus();
  readonly changes: Change[] = [];
  /** Nodes by the job that they run. */
  readonly jobs = new Map<string, readonly string[]>();
  /** Users by the job that is theirs. */
  readonly owners = new Map<string, string>();
  readonly clockOffsets = new Map<string, number>();
  readonly #sequences = new Map<string, number>();
  store: Store;
  control: ControlService;

  static async open(nodes: readonly string[]): Promise<ControlWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-control-'));
    const world = new ControlWorld(folder, await openStoreIn({ dataDir: folder }));
    for (const name of nodes) {
      const identity = { name, role: 'compute', bootId: 'b', agentVersion: '0', intervalMs: 5_000 } as const;
      await world.store.putNode(identity, world.clock.now());
    }
    await world.control.start();
    return world;
  }

  /** The store's commits follow real time; only control lives by the turned clock. */
  private constructor(folder: string, store: Store) {
    this.folder = folder;
    this.bus.subscribe(({ change }) => this.changes.push(change));
    this.store = store;
    this.control = this.#createControl();
  }

  connect(node: string): FakeNode {
    const peer = new FakeNode(node);
    this.control.connected(peer);
    return peer;
  }

  /** The collector ends and begins anew on the same data. */
  async restart(): Promise<void> {
    await this.control.stop();
    await this.store.close();
    this.store = await openStoreIn({ dataDir: this.folder });
    this.control = this.#createControl();
    await this.control.start();
  }

  async end(): Promise<void> {
    await this.control.stop();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async report(node: string, payload: Payload): Promise<void> {
    const key = `${node} ${payload.kind}`;
    const sequence = (this.#sequences.get(key) ?? 0) + 1;
    this.#sequences.set(key, sequence);
    await this.control.report(
      { node, spoolId: '00000000-0000-4000-8000-000000000000' },
      { sequence, payload },
    );
  }

  commandReport(node: string, fields: Partial<CommandReport> & { commandId: string }): Promise<void> {
    const nothing = { output: '', truncated: false, exitCode: null, reason: null };
    const report = { state: 'running', ...nothing, timeMs: this.clock.now(), ...fields } as const;
    return this.report(node, { kind: 'command', report });
  }

  profileReport(node: string, fields: Partial<ProfileReport> & { profileId: string }): Promise<void> {
    return this.report(node, { kind: 'profile', report: profileReport({ status: 'running', ...fields }) });
  }

  async target(commandId: string, node: string): Promise<CommandTarget | undefined> {
    const command = await this.store.command(commandId);
    return command?.targets.find((target) => target.node === node);
  }

  /** Events of the audit log, oldest first. */
  async audited(): Promise<readonly string[]> {
    const records = await this.store.audit({ limit: 100 });
    return records.toReversed().map(({ event, actor, subject }) => `${event} ${actor} ${subject}`);
  }

  #createControl(): ControlService {
    return new ControlService({
      store: this.store,
      bus: this.bus,
      clock: this.clock,
      log,
      nodesOfJob: (job) => Promise.resolve(this.jobs.get(job) ?? []),
      ownerOfJob: (job) => this.owners.get(job) ?? null,
      clockOffsetMs: (node) => this.clockOffsets.get(node) ?? 0,
    });
  }
}
