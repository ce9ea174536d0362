import { describe, expect, it, onTestFinished } from 'vitest';
import { type Change, LiveBus } from '../../../collector/live/live-bus.ts';
import { Liveness } from '../../../collector/live/liveness.ts';
import type { Node } from '../../../shared/api/node.ts';
import { createLogger } from '../../../shared/log.ts';

/** A clock whose only timer is run by hand; `turn` resolves when the next one is set. */
function handClock() {
  let run: (() => void) | undefined;
  let armed = Promise.withResolvers<void>();
  return {
    now: () => 0,
    monotonic: () => 0,
    after(_delayMs: number, callback: () => void) {
      run = callback;
      armed.resolve();
      return () => (run = undefined);
    },
    isArmed: () => run !== undefined,
    armed: () => armed.promise,
    async turn() {
      armed = Promise.withResolvers();
      run?.();
      await armed.promise;
    },
  };
}

async function watch() {
  const clock = handClock();
  const bus = new LiveBus();
  const published: Change[] = [];
  bus.subscribe(({ change }) => published.push(change));
  const nodes = new Map<string, Node['state']>([['n001', 'up']]);
  const outage: { error: Error | null } = { error: null };
  const query = {
    async nodes(): Promise<Node[]> {
      if (outage.error) throw outage.error;
      return [...nodes].map(([name, state]) => ({ name, state, role: 'compute', lastSeen: 0 }));
    },
  };
  const liveness = new Liveness({ query, bus, clock, log: createLogger('test', 'silent') });
  onTestFinished(() => liveness.stop());
  liveness.start();
  await clock.armed();
  return { clock, nodes, published, outage, liveness };
}

describe('Liveness', () => {
  it('tells of nodes that fall silent, go down, come back or are new, and of nothing else', async () => {
    const { clock, nodes, published } = await watch();
    await clock.turn();
    expect(published).toEqual([]);
    for (const state of ['silent', 'down', 'up'] as const) {
      nodes.set('n001', state);
      await clock.turn();
      await clock.turn();
    }
    const change = { kind: 'node', node: 'n001' };
    expect(published).toEqual([change, change, change]);
    nodes.set('n002', 'up');
    await clock.turn();
    expect(published.at(-1)).toEqual({ kind: 'node', node: 'n002' });
    expect(published).toHaveLength(4);
  });

  it('goes on after the store did not answer, and misses nothing', async () => {
    const { clock, nodes, published, outage } = await watch();
    outage.error = new Error('busy');
    nodes.set('n001', 'silent');
    await clock.turn();
    expect(published).toEqual([]);
    outage.error = null;
    await clock.turn();
    expect(published).toEqual([{ kind: 'node', node: 'n001' }]);
  });

  it('looks no more once it is stopped', async () => {
    const { clock, liveness } = await watch();
    liveness.stop();
    expect(clock.isArmed()).toBe(false);
  });
});
