// In: nodes, a range, a job. Out: what each process was seen to use in the range, the busiest first.
// A snapshot stands for the time since the one before it. It lists the busiest only: a process has used at least what is
// told here. It refuses (QueryError) more snapshots than a bound, before it reads.
import type { ProcessUse, ProcessUses } from '../../shared/api/range.ts';
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { createTurns, type YieldTurn } from '../store/turns.ts';
import { readGaps } from './declared-gaps.ts';
import { knownNodes } from './node-index.ts';
import { QueryError } from './query.ts';
import { type ProcessSorting, rangeLimits, type TopProcessesQuery } from './range.ts';
import { seconds } from './views/seconds.ts';

const turnMs = 2;
/** So many snapshots are read at once. */
const portion = 64;
const maxSnapshotIntervals = 3;
const minSnapshotAgeMs = 60_000;

type Uses = Map<string, ProcessUse>;

export async function readTopProcesses(
  store: Pick<Store, 'nodes' | 'snapshots' | 'snapshotAt' | 'gaps' | 'gapsOf'>,
  query: TopProcessesQuery,
): Promise<ProcessUses> {
  const nodes = await knownNodes(store, query.nodes);
  refuseMany(nodes, query);
  const uses: Uses = new Map();
  const yieldTurn = createTurns(turnMs);
  let snapshots = 0;
  for (const node of nodes) snapshots += await addNode(store, uses, { node, query, yieldTurn });
  const all = [...uses.values()];
  for (const use of all) use.cpuRatio = use.cpuSeconds / Math.max(1e-3, use.cpuRatio);
  const sorted = all.toSorted((a, b) => figures[query.sort](b) - figures[query.sort](a) || byName(a, b));
  return {
    from: seconds(query.fromMs),
    to: seconds(query.toMs),
    snapshots,
    count: all.length,
    processes: sorted.slice(0, query.limit),
    gaps: await readGaps(store, nodes, query, 'process'),
  };
}

const figures: Readonly<Record<ProcessSorting, (use: ProcessUse) => number>> = {
  cpu: (use) => use.cpuSeconds,
  memory: (use) => use.peakResidentBytes,
  io: (use) => (use.readBytes ?? 0) + (use.writeBytes ?? 0),
  gpu: (use) => use.peakGpuMemoryBytes ?? 0,
};

function byName(a: ProcessUse, b: ProcessUse): number {
  return (
    b.cpuSeconds - a.cpuSeconds || a.node.localeCompare(b.node, 'en', { numeric: true }) || a.pid - b.pid
  );
}

interface NodeScope {
  readonly node: NodeRecord;
  readonly query: TopProcessesQuery;
  readonly yieldTurn: YieldTurn;
}

/** Adds what the processes of a node used; how many snapshots there were. */
async function addNode(
  store: Pick<Store, 'snapshots' | 'snapshotAt'>,
  uses: Uses,
  { node, query, yieldTurn }: NodeScope,
): Promise<number> {
  const { name, intervalMs } = node;
  const maxAgeMs = Math.max(maxSnapshotIntervals * intervalMs, minSnapshotAgeMs);
  const earlier = await store.snapshotAt(name, query.fromMs - 1, maxAgeMs);
  let beforeMs = earlier?.timeMs ?? Number.NEGATIVE_INFINITY;
  let count = 0;
  let fromMs = query.fromMs;
  for (;;) {
    const found = await store.snapshots(name, { fromMs, toMs: query.toMs, limit: portion });
    for (const snapshot of found) {
      // What lies before the range, or beyond a gap, is not counted.
      const isNear = snapshot.timeMs - beforeMs <= maxAgeMs;
      const beginMs = Math.max(isNear ? beforeMs : snapshot.timeMs - intervalMs, query.fromMs);
      addSnapshot(uses, snapshot, { node: name, job: query.job, spanMs: snapshot.timeMs - beginMs });
      beforeMs = snapshot.timeMs;
      await yieldTurn();
    }
    count += found.length;
    if (found.length < portion) return count;
    fromMs = beforeMs + 1;
  }
}

interface SnapshotScope {
  readonly node: string;
  readonly job: string | undefined;
  readonly spanMs: number;
}

function addSnapshot(uses: Uses, snapshot: ProcessSnapshot, { node, job, spanMs }: SnapshotScope): void {
  const time = seconds(snapshot.timeMs);
  const span = seconds(spanMs);
  for (const process of snapshot.processes) {
    if (job !== undefined && process.job !== job) continue;
    const key = `${node} ${process.pid} ${process.startTimeMs}`;
    const use = uses.get(key) ?? beginUse(node, process, time);
    uses.set(key, use);
    Object.assign(use, namesOf(process));
    use.cpuSeconds += process.cpuRatio * span;
    // Until the end the time in which it was seen; then the ratio.
    use.cpuRatio += span;
    use.peakCpuRatio = Math.max(use.peakCpuRatio, process.cpuRatio);
    use.peakResidentBytes = Math.max(use.peakResidentBytes, process.residentBytes);
    use.peakGpuMemoryBytes = larger(use.peakGpuMemoryBytes, process.gpuMemoryBytes);
    use.readBytes = sum(use.readBytes, process.readBytesPerSecond, span);
    use.writeBytes = sum(use.writeBytes, process.writeBytesPerSecond, span);
    use.lastSeen = time;
    use.snapshots += 1;
  }
}

function beginUse(node: string, process: ProcessSample, time: number): ProcessUse {
  return {
    node,
    pid: process.pid,
    startTime: seconds(process.startTimeMs),
    ...namesOf(process),
    cpuSeconds: 0,
    cpuRatio: 0,
    peakCpuRatio: 0,
    peakResidentBytes: 0,
    peakGpuMemoryBytes: null,
    readBytes: null,
    writeBytes: null,
    firstSeen: time,
    lastSeen: time,
    snapshots: 0,
  };
}

/** A process may change them; the newest ones are told. */
function namesOf({ name, command, user, job, step, localRank }: ProcessSample) {
  return { name, command, user, job, step, localRank };
}

function larger(known: number | null, value: number | null): number | null {
  return value === null ? known : Math.max(known ?? 0, value);
}

function sum(known: number | null, perSecond: number | null, span: number): number | null {
  return perSecond === null ? known : (known ?? 0) + perSecond * span;
}

function refuseMany(nodes: readonly NodeRecord[], { fromMs, toMs }: TopProcessesQuery): void {
  const count = Math.ceil(
    nodes.reduce((total, { intervalMs }) => total + (toMs - fromMs) / Math.max(intervalMs, 1000), 0),
  );
  if (count <= rangeLimits.snapshots) return;
  throw new QueryError(
    'too-many-samples',
    `processes: about ${count} snapshots would be read, at most ${rangeLimits.snapshots} are`,
    'Ask for a shorter range or fewer nodes.',
  );
}
