// Spools on real folders, opened, left as a crash leaves them, and opened again.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type OpenedSpool, openSpool, type SpoolOptions } from '../../../agent/spool/open-spool.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import type { DataClass, Gap } from '../../../shared/model/delivery.ts';
import { plainPayload } from '../../shared/plain-payload.ts';
import { createLineLog } from '../sampler/log-lines.ts';
import { firstMs } from './payloads.ts';

export const mebibyte = 1024 * 1024;
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** Done after the test, in reverse order. */
export function later(step: () => unknown): void {
  undo.push(step);
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-spool-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Opened extends OpenedSpool {
  readonly messages: () => readonly string[];
  /** Ends as kill -9 does: nothing more is written, the lock stays. */
  readonly abandon: () => void;
}

export function openWorld(folder: string, change: Partial<SpoolOptions> = {}): Opened {
  const { log, messages } = createLineLog();
  let isOver = false;
  // What a process that was killed had planned does not happen.
  const clock: Clock = {
    ...systemClock,
    after: (delayMs, run) => systemClock.after(delayMs, () => !isOver && run()),
  };
  const opened = openSpool({
    folder,
    place: 'disk',
    diskBytes: 4 * mebibyte,
    memoryBytes: mebibyte,
    owner: { node: 'n1', machineId: 'machine-1', bootId: 'boot-1' },
    bootedMs: () => 1_700_000_000_000,
    codec: spoolCodec,
    clock,
    log,
    ...change,
  });
  const abandon = () => {
    isOver = true;
  };
  later(abandon);
  return { ...opened, messages, abandon };
}

/** Everything that waits, in order, read in slices. */
export function all(spool: Spool, dataClass: DataClass, limit = 64) {
  const found = [];
  for (let reached = 0; ; ) {
    const batches = spool.after(dataClass, reached, { batches: limit });
    if (batches.length === 0) return found;
    found.push(...batches.map((batch) => ({ ...batch, payload: plainPayload(batch.payload) })));
    reached = batches.at(-1)?.sequence ?? reached;
  }
}

export const numbers = (spool: Spool, dataClass: DataClass) =>
  all(spool, dataClass).map(({ sequence }) => sequence);

/** Numbers of ticks, as `tick` made them. */
export function ticksIn(spool: Spool): readonly number[] {
  return all(spool, 'metric').flatMap(({ payload }) =>
    payload.kind === 'metrics' ? payload.ticks.map(({ timeMs }) => (timeMs - firstMs) / 1000) : [],
  );
}

export function gaps(spool: Spool): readonly Gap[] {
  // What is lost is declared a moment later, or when somebody asks what there is.
  spool.held('event');
  return all(spool, 'event').flatMap(({ payload }) => (payload.kind === 'gap' ? [payload.gap] : []));
}

export function segmentsOf(folder: string, dataClass: DataClass): readonly string[] {
  const first = (name: string) => Number(name.split('.')[1]);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${dataClass}.`) && name.endsWith('.seg'))
    .toSorted((one, other) => first(one) - first(other))
    .map((name) => join(folder, name));
}

export const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
