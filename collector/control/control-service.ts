// Control as the rest of the collector sees it: orders from people on one side, control streams of nodes on the other.
// It has no logic of its own but to pass on, and the beat at which deadlines are looked at.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { Batch } from '../../shared/model/batch.ts';
import type { Sender } from '../../shared/model/delivery.ts';
import type { ControlHandler, ControlPeer } from '../ingest/control-handler.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { BatchStore, CommandStore, ContinuousStore, NodeStore, ProfileStore } from '../store/store.ts';
import { createAuditTrail } from './audit-trail.ts';
import { ChangeGate } from './change-gate.ts';
import { CommandLifecycle } from './command-lifecycle.ts';
import { ContinuousProfiles } from './continuous/continuous-profiles.ts';
import { ContinuousWindows } from './continuous/continuous-windows.ts';
import type {
  ActionDescription,
  Control,
  RunCommandOrder,
  StartContinuousOrder,
  StartProfileOrder,
} from './control.ts';
import { describeActions } from './order-checks.ts';
import { Peers } from './peers.ts';
import { ProfileGroups } from './profile-groups.ts';
import { ProfileLifecycle } from './profile-lifecycle.ts';
import { ProfileOrders } from './profile-orders.ts';

export interface ControlServiceOptions {
  readonly store: BatchStore & CommandStore & ProfileStore & ContinuousStore & Pick<NodeStore, 'nodes'>;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Nodes that run a job now. */
  readonly nodesOfJob: (job: string) => Promise<readonly string[]>;
  /** null: not known, or of several users. */
  readonly ownerOfJob?: (job: string) => string | null;
  /** Wall clock of a node less this one, ms; 0 where it is not known. */
  readonly clockOffsetMs: (node: string) => number;
}

export interface ControlStatistics {
  readonly connectedNodes: number;
  readonly openCommands: number;
  readonly openTargets: number;
  readonly openProfiles: number;
  readonly continuousProfiles: number;
  readonly refusedContinuousProfiles: number;
  readonly windowsBegun: number;
  readonly windowsMerged: number;
  /** Windows that could not be merged yet. */
  readonly windowsUnmerged: number;
}

const sweepEveryMs = 1_000;

export class ControlService implements Control, ControlHandler {
  readonly #options: ControlServiceOptions;
  readonly #peers = new Peers();
  readonly #changes: ChangeGate;
  readonly #commands: CommandLifecycle;
  readonly #profiles: ProfileLifecycle;
  readonly #orders: ProfileOrders;
  readonly #windows: ContinuousWindows;
  readonly #continuous: ContinuousProfiles;
  #stopTimer: () => void = () => undefined;
  #sweeping: Promise<void> | undefined;

  constructor(options: ControlServiceOptions) {
    this.#options = options;
    const { store, bus, clock, log } = options;
    this.#changes = new ChangeGate(bus, clock);
    const shared = { store, peers: this.#peers, clock, audit: createAuditTrail(store, clock) };
    this.#commands = new CommandLifecycle({ ...shared, changes: this.#changes });
    const onError = (err: unknown) => log.error({ err }, 'a profile on several nodes cannot be recorded');
    const groups = new ProfileGroups({ ...shared, bus, onError });
    this.#profiles = new ProfileLifecycle({ ...shared, bus, groups });
    const { nodesOfJob, ownerOfJob = () => null, clockOffsetMs } = options;
    this.#orders = new ProfileOrders({
      ...shared,
      bus,
      groups,
      lifecycle: this.#profiles,
      nodesOfJob,
      ownerOfJob,
      clockOffsetMs,
    });
    const forWindows = {
      ...shared,
      groups,
      lifecycle: this.#profiles,
      clockOffsetMs,
      nodesOfJob,
      ownerOfJob,
      onError: (err: unknown) => log.error({ err }, 'a window of a continuous profile cannot be recorded'),
    };
    this.#windows = new ContinuousWindows({
      ...forWindows,
      onOver: (window) => this.#continuous.windowOver(window),
    });
    this.#continuous = new ContinuousProfiles({ ...forWindows, windows: this.#windows });
  }

  get statistics(): ControlStatistics {
    const { running, refused } = this.#continuous.statistics;
    const { begun, merged, unmerged } = this.#windows.statistics;
    return {
      connectedNodes: this.#peers.size,
      openCommands: this.#commands.openCommands,
      openTargets: this.#commands.openTargets,
      openProfiles: this.#profiles.openProfiles,
      continuousProfiles: running,
      refusedContinuousProfiles: refused,
      windowsBegun: begun,
      windowsMerged: merged,
      windowsUnmerged: unmerged,
    };
  }

  /** Takes up what was open before; call it before nodes can connect. */
  async start(): Promise<void> {
    await this.#commands.load();
    await this.#profiles.load();
    await this.#continuous.load();
    this.#scheduleSweep();
  }

  /** Idempotent. What is open stays so in the store and is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stopTimer();
    this.#changes.stop();
    await this.#sweeping;
    await this.#continuous.idle();
    await this.#windows.idle();
  }

  startProfile(order: StartProfileOrder, actor: string): Promise<string> {
    return this.#orders.start(order, actor);
  }

  stopProfile(id: string, actor: string): Promise<void> {
    return this.#orders.stop(id, actor);
  }

  deleteProfile(id: string, actor: string): Promise<void> {
    return this.#orders.delete(id, actor);
  }

  startContinuous(order: StartContinuousOrder, actor: string): Promise<string> {
    return this.#continuous.start(order, actor);
  }

  stopContinuous(id: string, actor: string): Promise<void> {
    return this.#continuous.stop(id, actor);
  }

  runCommand(order: RunCommandOrder, actor: string): Promise<string> {
    return this.#commands.run(order, actor);
  }

  cancelCommand(id: string, actor: string): Promise<void> {
    return this.#commands.cancel(id, actor);
  }

  actions(): readonly ActionDescription[] {
    return describeActions();
  }

  connected(peer: ControlPeer): void {
    this.#peers.add(peer);
    this.#commands.connected(peer.node);
    this.#profiles.connected(peer.node);
  }

  disconnected(peer: ControlPeer): void {
    this.#peers.remove(peer);
  }

  async report(sender: Sender, batch: Batch): Promise<void> {
    const { payload } = batch;
    const write = () => this.#options.store.append(sender, batch);
    if (payload.kind === 'profile') {
      await this.#profiles.reported(sender.node, payload.report, write);
      return;
    }
    await write();
    if (payload.kind === 'command') await this.#commands.reported(sender.node, payload.report);
  }

  #scheduleSweep(): void {
    this.#stopTimer = this.#options.clock.after(sweepEveryMs, () => {
      this.#scheduleSweep();
      this.#sweeping ??= this.#sweep();
    });
  }

  /** A verdict that cannot be stored now is tried again at the next beat. */
  async #sweep(): Promise<void> {
    try {
      await this.#commands.sweep();
      await this.#profiles.sweep();
      this.#windows.sweep();
      this.#continuous.sweep();
    } catch (err) {
      this.#options.log.error({ err }, 'deadlines of commands and profiles cannot be recorded');
    }
    this.#sweeping = undefined;
  }
}
