import { describe, expect, test, vi } from 'vitest';
import { batch, times, useBench } from './bench.ts';
import { helloOf } from './raw-agent.ts';
import { until } from './until.ts';

const bench = useBench();

describe('telemetry stream', () => {
  test('acknowledges what is stored, and at the next greeting says how far that is', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    agent.batch(batch(1, 1, 2));
    agent.batch(batch(2, 3));
    await until('receipt', () =>
      agent.answers.some((one) => one.kind === 'ack' && one.ack.position.sequence === 2),
    );
    expect(await bench().storedTimes(node)).toEqual(times(1, 2, 3));
    const again = await bench().agentOf(node);
    const [welcome] = await again.heard('welcome');
    expect(welcome?.welcome).toMatchObject({
      protocolVersion: 1,
      collectorVersion: '0.0.1',
      stored: [{ dataClass: 'metric', sequence: 2, beyond: [] }],
    });
  });

  test('notes the node, and tells the live bus of its coming, its ticks and its going', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    agent.batch(batch(1, 7));
    await agent.heard('ack');
    agent.close();
    const about = () => bench().end.changes.filter((change) => 'node' in change && change.node === node);
    await until('three changes', () => about().length >= 3);
    expect(about()).toEqual([
      { kind: 'node', node },
      { kind: 'tick', node, timeMs: times(7)[0] },
      { kind: 'node', node },
    ]);
    const record = (await bench().end.store.nodes()).find(({ name }) => name === node);
    expect(record).toMatchObject({ role: 'compute', agentVersion: '0.0.1', intervalMs: 5000 });
  });

  test('echoes a heartbeat with its own time', async () => {
    const agent = await bench().agentOf(bench().newNode());
    agent.say({ heartbeat: { sentTimeMs: 123, bootTimeMs: 1 } });
    const [answer] = await agent.heard('heartbeat-echo');
    expect(answer?.echo.sentTimeMs).toBe(123);
    expect(Math.abs((answer?.echo.collectorTimeMs ?? 0) - Date.now())).toBeLessThan(5000);
  });

  test('receipts that may wait come with the echo of a heartbeat, or with one that does not wait', async () => {
    const agent = await bench().agentOf(bench().newNode());
    const stored = bench().end.server.statistics.batches.get('metric') ?? 0;
    let beats = 0;
    const beat = async () => {
      beats += 1;
      agent.say({ heartbeat: { sentTimeMs: beats, bootTimeMs: 1 } });
      return (await agent.heard('heartbeat-echo', beats)).at(-1)?.echo.receipts ?? [];
    };
    agent.patientBatch(batch(1, 1));
    agent.patientBatch(batch(2, 2));
    await until('both with an echo', async () => (await beat())[0]?.position.sequence === 2);
    expect(await beat()).toEqual([]);
    agent.patientBatch(batch(3, 3));
    await until('stored', () => bench().end.server.statistics.batches.get('metric') === stored + 3);
    expect(agent.answers.map(({ kind }) => kind)).not.toContain('ack');
    agent.batch(batch(4, 4));
    await agent.acknowledged('metric', 4);
    expect(await beat()).toEqual([]);
  });

  test('acknowledges a batch that was stored before without storing it again', async () => {
    const node = bench().newNode();
    const first = await bench().agentOf(node);
    first.batch(batch(1, 1));
    await first.heard('ack');
    const duplicates = bench().end.server.statistics.duplicates;
    const second = await bench().agentOf(node);
    second.batch(batch(1, 1));
    const [receipt] = await second.heard('ack');
    expect(receipt?.ack.position).toEqual({ dataClass: 'metric', sequence: 1, beyond: [] });
    expect(bench().end.server.statistics.duplicates).toBe(duplicates + 1);
    expect(await bench().storedTimes(node)).toEqual(times(1));
  });

  test('ends the older stream when the node opens a newer one', async () => {
    const node = bench().newNode();
    const older = await bench().agentOf(node);
    const newer = await bench().agentOf(node);
    expect(await older.end()).toMatchObject({ code: 'ABORTED' });
    newer.batch(batch(1, 1));
    await newer.heard('ack');
  });
});

describe('greeting', () => {
  test.each([
    [
      'another protocol version',
      helloOf('x', { protocolVersion: 2 }),
      'FAILED_PRECONDITION',
      /install the same/,
    ],
    ['a node name that is none', helloOf('../x'), 'INVALID_ARGUMENT', /hello.node/],
    ['a spool id that is none', helloOf('x', { spoolId: 'mine' }), 'INVALID_ARGUMENT', /hello.spool_id/],
  ])('with %s is refused', async (_, hello, code, details) => {
    const agent = bench().stranger();
    agent.hello(hello);
    expect(await agent.end()).toEqual({ code, details: expect.stringMatching(details) });
  });

  test('must come first and only once', async () => {
    const early = bench().stranger();
    early.batch(batch(1, 1));
    expect(await early.end()).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const twice = await bench().agentOf(bench().newNode());
    twice.hello(helloOf('other'));
    expect(await twice.end()).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('must come in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const before = bench().end.server.statistics.streamsOpened;
      const silent = bench().stranger();
      await until('stream', () => bench().end.server.statistics.streamsOpened > before);
      vi.advanceTimersByTime(10_000);
      expect(await silent.end()).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    } finally {
      vi.useRealTimers();
    }
  });
});
