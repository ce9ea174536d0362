// For tests: a real store in a folder of its own that goes when the test ends, and the plain data to fill it with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { Sender } from '../../../shared/model/delivery.ts';
import type { MetricKind, MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import { openStoreIn } from './open-store-in.ts';

/** A moment that is a whole multiple of a minute, ms. */
export const t0 = 1_800_000_000_000;

export const sender: Sender = { node: 'n1', spoolId: 'spool-1' };

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'jidi-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A clock that stands where it is put. */
export function handClock(startMs = t0): Clock & { nowMs: number } {
  return {
    nowMs: startMs,
    now() {
      return this.nowMs;
    },
    monotonic() {
      return this.nowMs;
    },
    after: () => () => {},
  };
}

export interface OpenOptions {
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly retentionMs?: number;
}

export async function openStore(options: OpenOptions = {}): Promise<Store> {
  const store = await openStoreIn({ dataDir: tempDir(), clock: handClock(), ...options });
  onTestFinished(() => store.close());
  return store;
}

export function series(
  metric: string,
  labels: Record<string, string> = {},
  kind: MetricKind = 'gauge',
): SeriesDefinition {
  return { metric, kind, decimals: 3, labels };
}

export function tick(timeMs: number, definitions: readonly SeriesDefinition[], values: number[]): MetricTick {
  return { timeMs, series: definitions, values: Float64Array.from(values) };
}

export function metrics(...ticks: MetricTick[]): Payload {
  return { kind: 'metrics', ticks };
}

/** Appends the ticks as one batch after another, numbered from 1. */
export async function appendTicks(store: Store, ticks: readonly MetricTick[], from = sender): Promise<void> {
  await Promise.all(
    ticks.map((one, place) => store.append(from, { sequence: place + 1, payload: metrics(one) })),
  );
}
