// Reads back everything that a store has of the node under test, through the store's own interface.
import { openStore } from '../../../collector/store/open-store.ts';
import type { Store } from '../../../collector/store/store.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';
import { keepAll } from '../../collector/store/threads/keep-all.ts';
import type { StoredItems } from './account.ts';
import { commandId, nodeName, numberedMetrics, numberOf, residentOf, valueOf } from './numbered-items.ts';

const everything = { fromMs: 0, toMs: 4_000_000_000_000 };
const mostGaps = 100_000;

export async function openNumberedStore(dataDir: string): Promise<Store> {
  return openStore({
    dataDir,
    keep: keepAll,
    recordAgeMs: 1e12,
    clock: systemClock,
    log: createLogger('test', 'silent'),
    logLevel: 'silent',
    onDeath(error) {
      throw error;
    },
  });
}

/** So that the reports of the node have something that they are about. */
export async function putNumberedCommand(dataDir: string): Promise<void> {
  const store = await openNumberedStore(dataDir);
  const nowMs = Date.now();
  const target = {
    node: nodeName,
    state: 'running',
    startedTimeMs: nowMs,
    endedTimeMs: null,
    exitCode: null,
    output: '',
    truncated: false,
    reason: null,
  } as const;
  await store.putNode(
    { name: nodeName, role: 'compute', bootId: 'boot-1', agentVersion: '0', intervalMs: 1_000 },
    nowMs,
  );
  await store.putCommand({
    id: commandId,
    action: 'none',
    parameters: {},
    requester: 'test',
    issuedTimeMs: nowMs,
    expiresTimeMs: nowMs + 3_600_000,
    timeoutMs: 3_600_000,
    targets: [target],
  });
  await store.close();
}

export async function readStoredItems(store: Store, spoolId: string, firstMs: number): Promise<StoredItems> {
  const wrong: string[] = [];
  return {
    numbers: {
      metric: await ticksOf(store, firstMs, wrong),
      process: await snapshotsOf(store, firstMs, wrong),
      result: await reportsOf(store),
    },
    gaps: await store.gaps(nodeName, 0, mostGaps),
    positions: await store.positions({ node: nodeName, spoolId }),
    wrong,
  };
}

async function ticksOf(store: Store, firstMs: number, wrong: string[]): Promise<readonly number[]> {
  const times = await store.tickTimes(nodeName, everything.fromMs, everything.toMs);
  for (const metric of numberedMetrics) {
    const selected = await store.select({
      nodes: [nodeName],
      selectors: [{ metric, match: {} }],
      ...everything,
    });
    const [series, ...others] = selected;
    if (others.length > 0) wrong.push(`${metric} is there ${selected.length} times`);
    if (series === undefined || series.timesMs.length !== times.length) {
      if (times.length > 0) wrong.push(`${metric} has ${series?.timesMs.length} of ${times.length} samples`);
      continue;
    }
    series.timesMs.forEach((timeMs, index) => {
      const number = numberOf(firstMs, timeMs);
      if (timeMs !== times[index]) wrong.push(`${metric} ${number} is at another time than its tick`);
      if (series.values[index] !== valueOf(metric, number)) {
        wrong.push(`${metric} ${number} is ${series.values[index]}, not ${valueOf(metric, number)}`);
      }
    });
  }
  return Array.from(times, (timeMs) => numberOf(firstMs, timeMs));
}

async function snapshotsOf(store: Store, firstMs: number, wrong: string[]): Promise<readonly number[]> {
  const snapshots = await store.snapshots(nodeName, { ...everything, limit: 1_000_000 });
  return snapshots.map(({ timeMs, processes }) => {
    const number = numberOf(firstMs, timeMs);
    const [own, ...others] = processes;
    if (own?.residentBytes !== residentOf(number) || others.length > 0 || own.pid !== 1 + (number % 3)) {
      wrong.push(`the snapshot ${number} holds ${own?.residentBytes} bytes of process ${own?.pid}`);
    }
    return number;
  });
}

async function reportsOf(store: Store): Promise<readonly number[]> {
  const command = await store.command(commandId);
  const output = command?.targets[0]?.output ?? '';
  return output.split('\n').slice(0, -1).map(Number);
}
