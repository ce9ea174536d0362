// One collector's end for a test file, and the agents that talk to it.
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Batch } from '../../../shared/model/batch.ts';
import type { Hello } from '../../../shared/wire/hello.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from './collector-end.ts';
import { greeted, RawControl, RawTelemetry } from './raw-agent.ts';
import { firstMs, metricsOf } from './ticks.ts';

export interface Bench {
  readonly end: CollectorEnd;
  newNode(): string;
  /** A greeted stream, closed after the test. */
  agentOf(node: string, target?: string, change?: Partial<Hello>): Promise<RawTelemetry>;
  /** A stream that has said nothing yet. */
  stranger(target?: string): RawTelemetry;
  control(target?: string): RawControl;
  /** Times of the ticks that are stored of a node. */
  storedTimes(node: string): Promise<readonly number[]>;
}

export function useBench(): () => Bench {
  const dataDir = makeDataDir();
  const open: { close(): void }[] = [];
  let end: CollectorEnd | undefined;
  let nodes = 0;

  beforeAll(async () => {
    end = await openCollectorEnd({ dataDir: dataDir.path });
  });
  afterEach(() => {
    for (const agent of open.splice(0)) agent.close();
  });
  afterAll(async () => {
    await end?.crash();
    dataDir.remove();
  });

  function kept<Agent extends { close(): void }>(agent: Agent): Agent {
    open.push(agent);
    return agent;
  }
  return () => {
    if (end === undefined) throw new Error('asked for before the test began');
    const { store, target: own } = end;
    return {
      end,
      newNode: () => `node-${++nodes}`,
      agentOf: async (node, target = own, change = {}) => kept(await greeted(target, node, change)),
      stranger: (target = own) => kept(new RawTelemetry(target)),
      control: (target = own) => kept(new RawControl(target)),
      storedTimes: async (node) => [...(await store.tickTimes(node, 0, Date.now() + 3_600_000))],
    };
  };
}

export const times = (...numbers: readonly number[]) => numbers.map((number) => firstMs + number * 5000);

export const batch = (sequence: number, ...numbers: readonly number[]): Batch => ({
  sequence,
  payload: metricsOf(...numbers),
});
