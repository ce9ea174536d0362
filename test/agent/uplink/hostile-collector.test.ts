// A collector that says what cannot be: the agent leaves it, keeps what it has, and delivers to the next one.
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import type { StreamTelemetryResponseInput } from '../../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { ControlService, protocolVersion, TelemetryService } from '../../../proto/load.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { until } from '../../collector/ingest/until.ts';
import { tick } from '../spool/payloads.ts';
import { agent, later } from './agent-end.ts';

type Call = ServerDuplexStream<unknown, unknown>;
type Answer = StreamTelemetryResponseInput;

/** Answers the greeting, and every later message, with these. */
async function liar(answers: { readonly greeting: readonly Answer[]; readonly batch?: readonly Answer[] }) {
  const server = new Server();
  const serve = (call: Call) => {
    let isGreeted = false;
    call.on('error', () => undefined);
    call.on('data', () => {
      const said = isGreeted ? (answers.batch ?? []) : answers.greeting;
      isGreeted = true;
      for (const answer of said) call.write(answer);
    });
  };
  server.addService(TelemetryService.service, { StreamTelemetry: serve });
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  later(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

const times = { helloTimeMs: 1, collectorTimeMs: 1 };
const welcome = (change: object = {}): Answer => ({
  welcome: { protocolVersion, collectorVersion: '0', ...times, stored: [], credit: 64, ...change },
});
const metric = 'DATA_CLASS_METRIC';
const ack = (sequence: number, credit = 64): Answer => ({
  ack: { position: { dataClass: metric, sequence, beyond: [] }, credit },
});

test.each([
  ['acknowledges what was never put', { greeting: [welcome()], batch: [ack(4)] }],
  ['acknowledges the last number there is', { greeting: [welcome()], batch: [ack(Number.MAX_SAFE_INTEGER)] }],
  [
    'has what nobody can have sent',
    { greeting: [welcome({ stored: [{ dataClass: metric, sequence: 2 ** 48, beyond: [] }] })] },
  ],
  ['greets again and again', { greeting: [welcome()], batch: [welcome()] }],
])('a collector that %s is left, and nothing is taken from the buffer', async (_, answers) => {
  const target = await liar(answers);
  const { spool, telemetry } = agent(target);
  for (const number of [1, 2, 3]) spool.put(tick(number));
  telemetry.start();
  await until('another attempt', () => telemetry.statistics.connects >= 2);
  expect(spool.pending('metric')).toEqual([{ from: 1, to: 3 }]);
  expect(spool.held('metric').next).toBe(4);
  spool.put(tick(4));
  expect(spool.held('metric').next).toBe(5);
});

test('what it acknowledges before it greets counts for nothing', async () => {
  const target = await liar({ greeting: [ack(3), welcome()] });
  const { spool, telemetry } = agent(target);
  for (const number of [1, 2, 3]) spool.put(tick(number));
  telemetry.start();
  await until('sent', () => telemetry.statistics.sentBatches === 3);
  expect(spool.pending('metric')).toEqual([{ from: 1, to: 3 }]);
});

test('a refusal of what was not sent takes nothing away', async () => {
  const refusal = (sequence: number): Answer => ({
    refusal: { dataClass: metric, sequence, code: 'malformed', message: 'x' },
  });
  const greeting = [welcome({ credit: 1 })];
  const target = await liar({ greeting, batch: [refusal(3), refusal(9), ack(1, 1)] });
  const { spool, telemetry } = agent(target);
  for (const number of [1, 2, 3]) spool.put(tick(number));
  telemetry.start();
  await until('a receipt', () => spool.pending('metric')[0]?.from === 2);
  expect(spool.statistics.dropped.metric).toBe(0);
  expect(spool.pending('metric')).toEqual([{ from: 2, to: 3 }]);
});

test('a collector that gives no receipt for minutes is left', async () => {
  const target = await liar({ greeting: [welcome()] });
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs };
  const { spool, telemetry } = agent(target, { clock });
  spool.put(tick(1));
  telemetry.start();
  await until('sent', () => telemetry.statistics.sentBatches === 1);
  aheadMs = 119_000;
  spool.put(tick(2));
  expect(telemetry.statistics.state).toBe('streaming');
  aheadMs = 300_000;
  spool.put(tick(3));
  expect(telemetry.statistics.state).toBe('waiting');
  expect(spool.pending('metric')).toEqual([{ from: 1, to: 3 }]);
});

test('a collector that ends each stream after its first receipt is asked less often, but no more than some seconds late', async () => {
  const server = new Server();
  const serve = (call: Call) => {
    call.on('error', () => undefined);
    call.once('data', () => call.write(welcome()));
    call.on('data', () => {
      call.write(ack(1));
      call.end();
    });
  };
  server.addService(TelemetryService.service, { StreamTelemetry: serve });
  const target = await listen(server);
  const pauses: number[] = [];
  const clock: Clock = {
    ...systemClock,
    after(delayMs, run) {
      if (telemetry.statistics.state !== 'waiting') return systemClock.after(delayMs, run);
      pauses.push(delayMs);
      return systemClock.after(0, run);
    },
  };
  const { spool, telemetry, messages } = agent(target, { clock });
  spool.put(tick(1));
  telemetry.start();
  await until('many attempts', () => pauses.length >= 20);
  const later = Math.max(...pauses.slice(10, 20));
  expect(later).toBeGreaterThan(1_000);
  expect(later).toBeLessThanOrEqual(4_000);
  expect(messages().filter((line) => line === 'stream to the collector')).toHaveLength(1);
});

test('directives without end are taken at a bounded pace', async () => {
  const server = new Server();
  const flood = (call: Call) => {
    call.on('error', () => undefined);
    call.once('data', () => {
      call.write(welcome());
      for (let number = 1; number <= 20_000; number += 1)
        call.write({ directive: { stopProfile: { profileId: `p${number}` } } });
    });
  };
  server.addService(ControlService.service, { StreamControl: flood });
  const target = await listen(server);
  const resumes: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after(delayMs, run) {
      if (delayMs !== 1_000) return systemClock.after(delayMs, run);
      resumes.push(run);
      return () => undefined;
    },
  };
  let count = 0;
  const { control } = agent(target, { clock, onDirective: () => void (count += 1) });
  control.start();
  await until('a pause', () => resumes.length === 1);
  const first = count;
  expect(first).toBeLessThan(8_000);
  resumes[0]?.();
  await until('more', () => count > first);
});
