import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { TelemetryService } from '../../../proto/load.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { until } from '../../collector/ingest/until.ts';
import { agent, later } from './agent-end.ts';

describe('a collector of another kind', () => {
  type Call = ServerDuplexStream<unknown, unknown>;

  async function stranger(answer: (call: Call) => void): Promise<string> {
    const server = new Server();
    server.addService(TelemetryService.service, { StreamTelemetry: answer });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    later(() => server.forceShutdown());
    return `127.0.0.1:${port}`;
  }

  /** The real clock, which also tells how long somebody wanted to wait; what is longer than a second never comes. */
  function watchedClock() {
    const waits: { delayMs: number; run: () => void }[] = [];
    const clock: Clock = {
      ...systemClock,
      after(delayMs, run) {
        waits.push({ delayMs, run });
        return delayMs > 1000 ? () => undefined : systemClock.after(delayMs, run);
      },
    };
    return { clock, waits };
  }

  test.each([status.FAILED_PRECONDITION, status.PERMISSION_DENIED, status.INVALID_ARGUMENT, status.ABORTED])(
    'that turns the greeting away with status %d is asked again only much later',
    async (code) => {
      const details = 'install the same version of both';
      const target = await stranger((call) => call.emit('error', { code, details }));
      const { clock, waits } = watchedClock();
      const { telemetry } = agent(target, { clock });
      telemetry.start();
      await until('waiting', () => telemetry.statistics.state === 'waiting');
      expect(waits.at(-1)?.delayMs).toBeGreaterThanOrEqual(30_000);
      expect(telemetry.statistics.connects).toBe(1);
    },
  );

  test('that never answers is given up', async () => {
    const target = await stranger(() => undefined);
    const { clock, waits } = watchedClock();
    const { telemetry } = agent(target, { clock });
    telemetry.start();
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([10_000]);
    waits[0]?.run();
    expect(telemetry.statistics.state).toBe('waiting');
  });

  test('that answers with nonsense is left and tried again', async () => {
    const target = await stranger((call) => void call.write({ ack: null, welcome: { credit: 0 } }));
    const { telemetry } = agent(target);
    telemetry.start();
    await until('another attempt', () => telemetry.statistics.connects >= 2);
  });
});
