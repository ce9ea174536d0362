import { describe, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import { batch, useBench } from './bench.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf } from './raw-agent.ts';

const bench = useBench();

describe('trouble of the store', () => {
  async function withStore(
    overStore: (store: Store) => Partial<Store>,
    body: (end: CollectorEnd) => Promise<void>,
  ) {
    const own = makeDataDir();
    const troubled = await openCollectorEnd({ dataDir: own.path, overStore });
    try {
      await body(troubled);
    } finally {
      await troubled.crash();
      own.remove();
    }
  }

  test('ends streams with UNAVAILABLE and without a receipt, and is logged once', async () => {
    await withStore(
      () => ({}),
      async (troubled) => {
        const agents = await Promise.all(
          ['a', 'b', 'c'].map((node) => bench().agentOf(node, troubled.target)),
        );
        await troubled.store.close();
        for (const agent of agents) agent.batch(batch(1, 1));
        for (const agent of agents) expect(await agent.end()).toMatchObject({ code: 'UNAVAILABLE' });
        expect(agents.flatMap(({ answers }) => answers.map(({ kind }) => kind))).not.toContain('ack');
        const late = bench().stranger(troubled.target);
        late.hello(helloOf('d'));
        expect(await late.end()).toMatchObject({
          code: 'UNAVAILABLE',
          details: expect.stringMatching(/closed/),
        });
        expect(troubled.logged.filter((line) => line.includes('cannot be stored'))).toHaveLength(1);
      },
    );
  });

  test('is logged also when no agent gets past its greeting', async () => {
    await withStore(
      () => ({}),
      async (troubled) => {
        await troubled.store.close();
        for (const node of ['a', 'b']) {
          const agent = bench().stranger(troubled.target);
          agent.hello(helloOf(node));
          expect(await agent.end()).toMatchObject({ code: 'UNAVAILABLE' });
        }
        expect(troubled.logged.filter((line) => line.includes('cannot be stored'))).toHaveLength(1);
      },
    );
  });

  test('a batch that the store fails on is refused, so that it does not come again for ever', async () => {
    const append =
      (store: Store): Store['append'] =>
      (sender, one) =>
        one.sequence === 1 ? Promise.reject(new TypeError('a bug')) : store.append(sender, one);
    await withStore(
      (store) => ({ append: append(store) }),
      async (troubled) => {
        const agent = await bench().agentOf('a', troubled.target);
        agent.batch(batch(1, 1));
        agent.batch(batch(2, 2));
        const [refusal] = await agent.heard('refusal');
        expect(refusal?.refusal.position).toEqual({ dataClass: 'metric', sequence: 1 });
        const [receipt] = await agent.heard('ack');
        expect(receipt?.ack.position.sequence).toBe(2);
        expect(troubled.logged.some((line) => line.includes('a bug'))).toBe(true);
      },
    );
  });
});
