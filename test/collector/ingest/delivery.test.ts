// Numbers in any order, what is no longer held, what is refused, buffers that begin anew: stored once or declared once.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gap } from '../../../shared/model/delivery.ts';
import { batch, times, useBench } from './bench.ts';
import { helloOf, type RawTelemetry } from './raw-agent.ts';
import { firstMs, tickOf } from './ticks.ts';
import { until } from './until.ts';

const bench = useBench();

const gapsOf = (node: string): Promise<readonly Gap[]> => bench().end.store.gaps(node, 0, 100);

/** One tick in each batch, its time told by its number. */
function send(agent: RawTelemetry, ...sequences: readonly number[]): void {
  for (const sequence of sequences) agent.batch(batch(sequence, sequence));
}

describe('numbers in any order', () => {
  test('are stored once and acknowledged exactly, however often each one comes', async () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 60 }, (_, index) => 1 + (index % 30)),
      { minLength: 1 },
    );
    for (const sequences of fc.sample(order, 5)) {
      const node = bench().newNode();
      const agent = await bench().agentOf(node);
      const { duplicates } = bench().end.server.statistics;
      send(agent, ...sequences);
      const sent = new Set(sequences);
      let contiguous = 0;
      while (sent.has(contiguous + 1)) contiguous += 1;
      const told = () => {
        const position = agent.position('metric');
        const beyond = (position?.beyond ?? []).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        );
        return { sequence: position?.sequence ?? 0, beyond };
      };
      const isAll = () => told().sequence + told().beyond.length === sent.size;
      await until('the last receipt', () => isAll());
      expect(told().sequence).toBe(contiguous);
      expect(new Set([...told().beyond, ...Array.from({ length: contiguous }, (_, i) => i + 1)])).toEqual(
        sent,
      );
      await until('the last duplicate', () => {
        return bench().end.server.statistics.duplicates === duplicates + sequences.length - sent.size;
      });
      expect(await bench().storedTimes(node)).toEqual(times(...[...sent].toSorted((a, b) => a - b)));
      expect(await gapsOf(node)).toEqual([]);
      const again = await bench().agentOf(node);
      const [welcome] = await again.heard('welcome');
      expect(welcome?.welcome.stored).toEqual([agent.position('metric')]);
    }
  });

  test('a hole is no loss until it is declared, and is closed by what comes later', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    send(agent, 1, 5, 6);
    await until('receipt', () => agent.position('metric')?.beyond[0]?.to === 6);
    expect(agent.position('metric')).toEqual({
      dataClass: 'metric',
      sequence: 1,
      beyond: [{ from: 5, to: 6 }],
    });
    send(agent, 3, 2, 4);
    await agent.acknowledged('metric', 6);
    expect(await gapsOf(node)).toEqual([]);
  });

  test('what the agent declares lost is acknowledged in its own class', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    send(agent, 1, 5);
    const gap = {
      dataClass: 'metric',
      fromTimeMs: firstMs,
      toTimeMs: firstMs + 9,
      reason: 'damaged',
    } as const;
    const payload = { kind: 'gap' as const, gap: { ...gap, count: 3, sequences: { from: 2, to: 4 } } };
    agent.batch({ sequence: 1, payload });
    await agent.acknowledged('event', 1);
    await agent.acknowledged('metric', 5);
    expect((await gapsOf(node)).map(({ count, reason }) => [count, reason])).toEqual([[3, 'damaged']]);
  });
});

describe('what an agent no longer holds', () => {
  const held = (first: number, next: number) => ({
    held: [{ dataClass: 'metric' as const, first, next }],
  });

  test('and is not stored is declared lost once, before the welcome', async () => {
    const node = bench().newNode();
    const first = await bench().agentOf(node);
    send(first, 1, 2, 5);
    await until('receipt', () => first.position('metric')?.beyond.length === 1);
    for (let time = 0; time < 2; time += 1) {
      const again = await bench().agentOf(node, undefined, held(8, 9));
      const [welcome] = await again.heard('welcome');
      expect(welcome?.welcome.stored).toEqual([{ dataClass: 'metric', sequence: 7, beyond: [] }]);
    }
    expect((await gapsOf(node)).map(({ count, reason }) => [count, reason])).toEqual([[0, 'not-held']]);
  });

  test('and is all stored is no loss', async () => {
    const node = bench().newNode();
    const first = await bench().agentOf(node);
    send(first, 1, 2);
    await first.acknowledged('metric', 2);
    await bench().agentOf(node, undefined, held(3, 3));
    expect(await gapsOf(node)).toEqual([]);
  });

  test('is not declared before the events are here that may say how much it was', async () => {
    const node = bench().newNode();
    const events = { dataClass: 'event' as const, first: 1, next: 2 };
    const hello = { held: [...held(4, 5).held, events] };
    const agent = await bench().agentOf(node, undefined, hello);
    expect(await gapsOf(node)).toEqual([]);
    const gap = {
      dataClass: 'metric',
      fromTimeMs: firstMs,
      toTimeMs: firstMs + 9,
      reason: 'buffer-full',
    } as const;
    const payload = { kind: 'gap' as const, gap: { ...gap, count: 2, sequences: { from: 1, to: 2 } } };
    agent.batch({ sequence: 1, payload });
    await agent.acknowledged('metric', 3);
    const declared = (await gapsOf(node)).map(({ count, reason }) => `${reason} ${count}`);
    expect(declared.toSorted()).toEqual(['buffer-full 2', 'not-held 0']);
  });
});

describe('a refused batch', () => {
  test('is declared lost, told by refusal and acknowledged, and does not come again', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    agent.batch({
      sequence: 1,
      payload: { kind: 'metrics', ticks: [tickOf(1), tickOf(2, Date.now() + 86_400_000)] },
    });
    await agent.acknowledged('metric', 1);
    const kinds = agent.answers.map(({ kind }) => kind);
    expect(kinds.indexOf('refusal')).toBeLessThan(kinds.indexOf('ack'));
    expect((await gapsOf(node)).map(({ count, reason }) => [count, reason])).toEqual([[2, 'refused']]);
    const again = await bench().agentOf(node);
    const [welcome] = await again.heard('welcome');
    expect(welcome?.welcome.stored).toEqual([{ dataClass: 'metric', sequence: 1, beyond: [] }]);
  });

  test('that cannot be read ends the stream, and is declared all the same', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    const metrics = { keyframe: true, ticks: [{ timeMs: 5, values: Buffer.from([3]) }] };
    agent.say({ batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1, metrics } });
    expect(await agent.end()).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const again = await bench().agentOf(node);
    const [welcome] = await again.heard('welcome');
    expect(welcome?.welcome.stored).toEqual([{ dataClass: 'metric', sequence: 1, beyond: [] }]);
    expect(await gapsOf(node)).toMatchObject([{ count: 0, reason: 'refused' }]);
  });
});

describe('a buffer that began anew', () => {
  const spool = (number: number) => ({ spoolId: `00000000-0000-4000-8000-00000000000${number}` });

  async function withOldBuffer(): Promise<string> {
    const node = bench().newNode();
    const old = await bench().agentOf(node, undefined, spool(1));
    send(old, 1, 2);
    await old.acknowledged('metric', 2);
    return node;
  }

  test('leaves one gap, from the last stored time to its first', async () => {
    const node = await withOldBuffer();
    const [, lastMs] = times(1, 2);
    for (let time = 0; time < 2; time += 1) {
      const agent = await bench().agentOf(node, undefined, spool(2));
      agent.batch(batch(time + 1, 100 + time));
      await agent.acknowledged('metric', time + 1);
    }
    expect(await gapsOf(node)).toMatchObject([
      { dataClass: 'metric', count: 0, reason: 'restart', fromTimeMs: lastMs, toTimeMs: times(100)[0] },
    ]);
  });

  test('leaves a gap up to the boot when a backlog is still to come', async () => {
    const node = await withOldBuffer();
    const bootedMs = firstMs + 600_000;
    const agent = await bench().agentOf(node, undefined, {
      ...spool(3),
      sentTimeMs: Date.now(),
      bootTimeMs: Date.now() - bootedMs,
    });
    agent.batch(batch(9, 1000));
    await until('receipt', () => agent.position('metric')?.beyond.length === 1);
    const [gap] = await gapsOf(node);
    expect(Math.abs((gap?.toTimeMs ?? 0) - bootedMs)).toBeLessThan(2000);
  });

  test('leaves none when what it has is not newer', async () => {
    const node = await withOldBuffer();
    const agent = await bench().agentOf(node, undefined, spool(4));
    agent.batch(batch(1, 0));
    await agent.acknowledged('metric', 1);
    expect(await gapsOf(node)).toEqual([]);
  });

  test('may not have the id under which the collector counts restarts', async () => {
    const agent = bench().stranger();
    agent.hello(helloOf('n', { spoolId: '00000000-0000-0000-0000-000000000000' }));
    expect(await agent.end()).toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: expect.stringMatching(/spool_id/),
    });
  });
});
