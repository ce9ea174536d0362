// A whole collector in memory behind the contracts of query and control: what is ordered here is seen there.
// It does what the contracts say for a few nodes, profiles and commands, and nothing else.
import { type Control, ControlError } from '../../../collector/control/control.ts';
import type { LiveBus } from '../../../collector/live/live-bus.ts';
import { exportStacks } from '../../../collector/query/profiles/formats/export.ts';
import { profileTrees } from '../../../collector/query/profiles/trees.ts';
import type { ViewQuestion } from '../../../collector/query/profiles/views/view-question.ts';
import {
  type MetricRange,
  type ProcessWish,
  type Query,
  QueryError,
} from '../../../collector/query/query.ts';
import type { LatestQuery, RangeQuery, TopProcessesQuery, TopQuery } from '../../../collector/query/range.ts';
import type { AuditRecord, Command } from '../../../shared/api/command.ts';
import type { Node } from '../../../shared/api/node.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { StackTree } from '../../../shared/model/profile.ts';
import { noneWaiting } from '../../shared/process-details.ts';
import { finishedProfile } from '../query/profiles/stack-samples.ts';

export interface MemoryCollector {
  readonly query: Query;
  readonly control: Control;
  readonly nodes: Node[];
  readonly asked: Asked;
  /** The profile is over and has these stacks. */
  finishProfile(id: string, tree: StackTree): void;
}

interface Asked {
  readonly ranges: MetricRange[];
  readonly tables: RangeQuery[];
  readonly latest: LatestQuery[];
  readonly tops: TopQuery[];
  readonly processTops: TopProcessesQuery[];
  readonly processWishes: ProcessWish[];
  readonly moments: number[];
  nodeLists: number;
}

const action = { name: 'service-status', description: 'Show it.', changesNode: false, parameters: [] };
const load = {
  cpuRatio: 0.5,
  memoryRatio: null,
  load1: 1,
  diskBytesPerSecond: 0,
  networkBytesPerSecond: 0,
  quiet: false,
};

export function createMemoryCollector(bus: LiveBus): MemoryCollector {
  const nodes: Node[] = ['n001', 'n002'].map((name) => ({
    name,
    state: 'up',
    role: 'compute',
    lastSeen: 1.5,
  }));
  const profiles = new Map<string, Profile>();
  const stacks = new Map<string, StackTree>();
  const commands = new Map<string, Command>();
  const audit: AuditRecord[] = [];
  const questions = { ranges: [], tables: [], latest: [], tops: [], processTops: [] };
  const asked: Asked = { ...questions, processWishes: [], moments: [], nodeLists: 0 };
  const known = (name: string): boolean => nodes.some((node) => node.name === name);
  const newest = <T>(items: Iterable<T>, limit: number): T[] => [...items].reverse().slice(0, limit);

  /** As JSON bytes; of its views only the functions in both directions. */
  async function view(question: ViewQuestion): Promise<Uint8Array> {
    const profile = profiles.get(question.id);
    if (profile === undefined || question.view !== 'functions') throw unknownProfile(question.id);
    const tree = stacks.get(question.id);
    const trees = tree === undefined ? { bottomUp: null, topDown: null } : profileTrees(tree);
    return new TextEncoder().encode(JSON.stringify({ ...profile, ...trees }));
  }

  const query: Query = {
    async nodes() {
      asked.nodeLists += 1;
      return nodes;
    },
    unknownNodes: async (names) => names.filter((name) => !known(name)),
    async node(name) {
      const node = nodes.find((each) => each.name === name);
      const rest = {
        agentVersion: '1',
        interval: 5,
        configuredInterval: 5,
        quietReason: null,
        clockOffset: null,
        bootId: 'b',
        inventory: null,
        gaps: [],
      };
      return node === undefined ? null : { ...node, ...load, ...rest };
    },
    map: async () => nodes.map((node) => ({ ...node, ...load })),
    async mapAt(atMs) {
      asked.moments.push(atMs);
      return nodes.map((node) => ({ ...node, ...load }));
    },
    async metricTable(range) {
      asked.tables.push(range);
      return { timesMs: Float64Array.of(range.toMs), stepMs: 1000, rows: [], gaps: null };
    },
    async latest(wish) {
      asked.latest.push(wish);
      return [];
    },
    async top(wish) {
      asked.tops.push(wish);
      const { metric } = wish.selector;
      return { metric, from: 1, to: 2, rate: false, considered: 0, entries: [] };
    },
    async topProcesses(wish) {
      asked.processTops.push(wish);
      return { from: 1, to: 2, snapshots: 0, count: 0, processes: [], gaps: [] };
    },
    metrics: async (name) => (known(name) ? [{ metric: 'node_load1', kind: 'gauge', series: [{}] }] : null),
    async metricRange(range) {
      asked.ranges.push(range);
      const { metric, match: labels } = range;
      return range.nodes.map((node) => ({ metric, node, labels, samples: [[range.fromMs / 1000, null]] }));
    },
    async processes(node, wish) {
      asked.processWishes.push(wish);
      return known(node) ? { node, time: null, processCount: 0, ...noneWaiting, processes: [] } : null;
    },
    profiles: async ({ node, limit }) =>
      newest(profiles.values(), limit).filter((profile) => node === undefined || profile.node === node),
    profile: async (id) => profiles.get(id) ?? null,
    profileParts: () => Promise.resolve([]),
    profileView: view,
    async exportProfile({ id, format }) {
      const tree = stacks.get(id);
      if (!profiles.has(id)) throw unknownProfile(id);
      if (tree === undefined) throw new QueryError('no-stacks', `profile ${id}: without stacks`, 'Wait.');
      return exportStacks({ ...finishedProfile, id }, tree, format);
    },
    commands: async ({ limit }) => newest(commands.values(), limit),
    command: async (id) => commands.get(id) ?? null,
    audit: async ({ limit }) => newest(audit, limit),
  };

  function profileOrThrow(id: string): Profile {
    const profile = profiles.get(id);
    if (profile !== undefined) return profile;
    throw new ControlError('unknown-profile', `profile ${id}: unknown`, 'List them.');
  }

  function note(event: string, actor: string, subject: string): void {
    audit.push({ time: 1, event, actor, subject, detail: {} });
  }

  const control: Control = {
    async startProfile(order, actor) {
      const down = nodes.find(({ name }) => name === order.nodes[0])?.state !== 'up';
      if (down)
        throw new ControlError('node-not-connected', `node ${order.nodes[0]}: not connected`, 'Wait for it.');
      const id = `p${profiles.size + 1}`;
      profiles.set(id, pendingProfile(id, order));
      note('profile-requested', actor, id);
      bus.publish({ kind: 'profile', id });
      return id;
    },
    async stopProfile(id) {
      const profile = profileOrThrow(id);
      if (profile.status === 'stopped')
        throw new ControlError('already-over', `profile ${id}: over`, 'Nothing.');
      profiles.set(id, { ...profile, status: 'stopped' });
      bus.publish({ kind: 'profile', id });
    },
    async deleteProfile(id) {
      profileOrThrow(id);
      profiles.delete(id);
      bus.publish({ kind: 'profile-deleted', id });
    },
    startContinuous: () => Promise.reject(new ControlError('unknown-job', 'job 42: unknown', 'See squeue.')),
    stopContinuous: () => Promise.reject(new ControlError('unknown-profile', 'unknown', 'List them.')),
    async runCommand({ action: name, nodes: targets, parameters, timeoutMs }, actor) {
      if (name !== action.name)
        throw new ControlError('unknown-action', `action ${name}: unknown`, 'List them.');
      const id = `c${commands.size + 1}`;
      commands.set(id, {
        id,
        action: name,
        parameters: { ...parameters },
        requester: actor,
        issued: 1,
        timeout: timeoutMs / 1000,
        over: false,
        targets: targets.map(pendingTarget),
      });
      note('command-requested', actor, id);
      bus.publish({ kind: 'command', id });
      return id;
    },
    async cancelCommand(id) {
      const command = commands.get(id);
      if (command === undefined)
        throw new ControlError('unknown-command', `command ${id}: unknown`, 'List them.');
      commands.set(id, { ...command, over: true });
    },
    actions: () => [action],
  };

  return {
    query,
    control,
    nodes,
    asked,
    finishProfile(id, tree) {
      profiles.set(id, { ...profileOrThrow(id), status: 'finished', progress: 1 });
      stacks.set(id, tree);
    },
  };
}

function unknownProfile(id: string): QueryError {
  return new QueryError('unknown-profile', `profile ${id}: unknown`, 'List them.');
}

function pendingTarget(node: string): Command['targets'][number] {
  const nothing = { started: null, ended: null, exitCode: null, reason: null, truncated: false };
  return { node, state: 'pending', output: 'line', ...nothing };
}

function pendingProfile(id: string, order: Parameters<Control['startProfile']>[0]): Profile {
  return {
    id,
    node: order.nodes[0] ?? null,
    nodes: 1,
    parent: null,
    target:
      order.target.kind === 'process'
        ? { kind: 'process', pid: order.target.pid, children: false }
        : order.target,
    pid: order.target.kind === 'process' ? order.target.pid : null,
    status: 'pending',
    progress: 0,
    samples: 0,
    lost: 0,
    created: 1,
    startTime: null,
    duration: order.durationMs / 1000,
    frequency: order.frequencyHz,
    name: null,
    command: null,
    user: null,
    reason: null,
    started: null,
    ended: null,
    event: order.event,
    sampledEvent: null,
    unit: 'samples',
    callGraph: null,
    symbols: null,
  };
}
