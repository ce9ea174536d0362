import { connect, constants } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { TelemetryService } from '../../../proto/load.ts';
import { wireBounds } from '../../../shared/wire/bounds.ts';
import { TelemetryEncoder } from '../../../shared/wire/telemetry-stream.ts';
import { batch, times, useBench } from './bench.ts';
import { grpcFrame } from './grpc-frame.ts';
import { helloOf } from './raw-agent.ts';
import { firstMs, tickOf } from './ticks.ts';
import { until } from './until.ts';

const bench = useBench();

describe('hostile agent', () => {
  const refusedAs = (code: string) => bench().end.server.statistics.refused.get(code) ?? 0;

  test('a time in the future is refused and counted; the stream goes on', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    const before = refusedAs('future');
    const ticks = [tickOf(1, Date.now() + 11 * 60_000)];
    agent.batch({ sequence: 1, payload: { kind: 'metrics', ticks } });
    agent.batch(batch(2, 2));
    const [refusal] = await agent.heard('refusal');
    expect(refusal?.refusal).toMatchObject({
      position: { dataClass: 'metric', sequence: 1 },
      code: 'future',
    });
    expect(refusal?.refusal.message).toMatch(/clock/);
    await agent.acknowledged('metric', 2);
    expect(await bench().storedTimes(node)).toEqual(times(2));
    expect(refusedAs('future')).toBe(before + 1);
  });

  test('more text in the names of series than a message holds is refused, also when it comes by and by', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    const before = refusedAs('malformed');
    const wide = (place: number) => ({
      metric: `m${place}`,
      kind: 'gauge' as const,
      decimals: 0,
      labels: Object.fromEntries(
        Array.from({ length: 16 }, (_, label) => [`l${10 + label}`, 'x'.repeat(128)]),
      ),
    });
    const series = Array.from({ length: 600 }, (_, place) => wide(place));
    for (const [index, count] of [300, 600].entries()) {
      const values = new Float64Array(count);
      const ticks = [{ timeMs: firstMs + index * 5000, series: series.slice(0, count), values }];
      agent.batch({ sequence: index + 1, payload: { kind: 'metrics', ticks } });
    }
    agent.batch(batch(3, 3));
    const [refusal] = await agent.heard('refusal');
    expect(refusal?.refusal).toMatchObject({ position: { sequence: 2 }, code: 'malformed' });
    expect(refusedAs('malformed')).toBe(before + 1);
  });

  test('an inventory of the future is refused and counted; the stream goes on', async () => {
    const node = bench().newNode();
    const agent = await bench().agentOf(node);
    const before = refusedAs('future');
    const timeMs = Date.now() + 11 * 60_000;
    agent.say({ batch: { dataClass: 'DATA_CLASS_EVENT', sequence: 1, inventory: { timeMs } } });
    agent.batch(batch(1, 2));
    expect((await agent.heard('refusal')).map(({ refusal }) => refusal.code)).toEqual(['future']);
    await agent.acknowledged('metric', 1);
    expect(await bench().end.store.inventory(node)).toBeNull();
    expect(refusedAs('future')).toBe(before + 1);
  });

  test('one who sends and never reads is turned away before answers pile up', async () => {
    const { end } = bench();
    const before = end.server.statistics.streamsEnded.get('not-reading') ?? 0;
    const { path, requestSerialize } = TelemetryService.service.StreamTelemetry;
    const encoder = new TelemetryEncoder();
    const session = connect(`http://${end.target}`);
    const head = { ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(head);
    stream.write(grpcFrame(requestSerialize(encoder.hello(helloOf(bench().newNode())))));
    const beat = grpcFrame(requestSerialize(encoder.heartbeat({ sentTimeMs: Date.now(), bootTimeMs: 1 })));
    stream.write(Buffer.concat(Array.from({ length: 12_000 }, () => beat)));
    await until('end', () => end.server.statistics.streamsEnded.get('not-reading') === before + 1);
    await until('no stream', () => end.server.statistics.streams === 0);
    session.destroy();
  });

  test('one who opens streams and resets them at once harms nobody else, and leaves nothing behind', async () => {
    const { end } = bench();
    const { streams } = end.server.statistics;
    const calm = await bench().agentOf(bench().newNode());
    const session = connect(`http://${end.target}`);
    session.on('error', () => undefined);
    const { path } = TelemetryService.service.StreamTelemetry;
    const head = { ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
    for (let round = 0; round < 2_000; round += 1) {
      if (session.destroyed) break;
      const stream = session.request(head);
      stream.on('error', () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    calm.batch(batch(1, 1));
    await calm.acknowledged('metric', 1);
    session.destroy();
    await until('only the calm one', () => end.server.statistics.streams <= streams + 1);
  });

  test('ticks that do not ascend are refused; the stream goes on', async () => {
    const agent = await bench().agentOf(bench().newNode());
    agent.batch(batch(1, 4, 3));
    agent.batch(batch(2, 5));
    const [refusal] = await agent.heard('refusal');
    expect(refusal?.refusal.position.sequence).toBe(1);
    await agent.acknowledged('metric', 2);
  });

  test('a malformed batch is refused by its number, counted, and ends the stream', async () => {
    const agent = await bench().agentOf(bench().newNode());
    const before = refusedAs('malformed');
    const metrics = { keyframe: true, definitions: [], ticks: [{ timeMs: 5, values: Buffer.from([3]) }] };
    agent.say({ batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 9, metrics } });
    expect(await agent.end()).toEqual({
      code: 'INVALID_ARGUMENT',
      details: expect.stringMatching(/metrics\.ticks\.values/),
    });
    expect(agent.answers).toContainEqual({
      kind: 'refusal',
      refusal: {
        position: { dataClass: 'metric', sequence: 9 },
        code: 'malformed',
        message: expect.stringMatching(/metrics\.ticks\.values/),
      },
    });
    expect(refusedAs('malformed')).toBe(before + 1);
  });

  test('more series than a node may have are refused and counted', async () => {
    const agent = await bench().agentOf(bench().newNode());
    const before = refusedAs('series-limit');
    const definitions = Array.from({ length: wireBounds.seriesPerNode + 1 }, (_, index) => ({
      metric: `m${index}`,
      kind: 'METRIC_KIND_GAUGE' as const,
    }));
    agent.say({
      batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1, metrics: { keyframe: true, definitions } },
    });
    const [refusal] = await agent.heard('refusal');
    expect(refusal?.refusal.code).toBe('series-limit');
    expect(await agent.end()).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(refusedAs('series-limit')).toBe(before + 1);
  });

  test('bytes that are no message end their stream, are counted, and harm nobody else', async () => {
    const other = await bench().agentOf(bench().newNode());
    const before = refusedAs('unreadable');
    const greetedFirst = await bench().agentOf(bench().newNode());
    greetedFirst.write(Buffer.from('this is no protocol buffer at all'));
    expect((await greetedFirst.end()).code).toBe('INVALID_ARGUMENT');
    const atOnce = bench().stranger();
    atOnce.write(Buffer.alloc(100, 0xff));
    expect((await atOnce.end()).code).toBe('INVALID_ARGUMENT');
    expect(refusedAs('unreadable')).toBe(before + 2);
    other.batch(batch(1, 1));
    await other.heard('ack');
  });

  test('a message of 2 MB ends its stream, is counted, and harms nobody else', async () => {
    const other = await bench().agentOf(bench().newNode());
    const before = refusedAs('too-large');
    const agent = await bench().agentOf(bench().newNode());
    const values = Buffer.alloc(2_000_000, 2);
    agent.say({
      batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1, metrics: { ticks: [{ timeMs: 5, values }] } },
    });
    expect((await agent.end()).code).toBe('RESOURCE_EXHAUSTED');
    expect(refusedAs('too-large')).toBe(before + 1);
    other.batch(batch(1, 1));
    await other.heard('ack');
  });

  test('a flood of one agent does not keep another from its receipt', async () => {
    const node = bench().newNode();
    const [flood, calm] = [await bench().agentOf(node), await bench().agentOf(bench().newNode())];
    const encoder = new TelemetryEncoder();
    const { requestSerialize } = TelemetryService.service.StreamTelemetry;
    const count = 2500;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const ticks = [tickOf(sequence, firstMs - 50_000_000 + sequence * 5000)];
      flood.write(
        requestSerialize(encoder.batch({ bootedMs: null, sequence, payload: { kind: 'metrics', ticks } })),
      );
    }
    const beganMs = performance.now();
    calm.batch(batch(1, 1));
    await calm.heard('ack');
    expect(performance.now() - beganMs).toBeLessThan(2000);
    await flood.acknowledged('metric', count);
    expect(await bench().storedTimes(node)).toHaveLength(count);
  });
});
