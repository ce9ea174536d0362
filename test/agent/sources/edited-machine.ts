// A copy of a recorded machine that a test changes between two readings, and a clock that stands still.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import type { Source } from '../../../agent/sources/source.ts';
import type { Clock } from '../../../shared/clock.ts';
import { copyMachine, RecordingSink } from './fixture-machine.ts';

export interface EditedMachine {
  readonly folder: string;
  readonly host: Host;
  /** What its monotonic clock shows, ms. */
  nowMs: number;
  /** How much every look at the clock takes, ms. */
  lookMs: number;
  write(path: string, text: string): void;
  remove(path: string): void;
}

/** Removed when the test ends. */
export function editMachine(name: string): EditedMachine {
  const { folder, dispose } = copyMachine(name);
  onTestFinished(dispose);
  const clock: Clock = {
    now: () => 1_700_000_000_000,
    monotonic() {
      machine.nowMs += machine.lookMs;
      return machine.nowMs;
    },
    after: () => () => {},
  };
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: join(folder, 'root') };
  const machine: EditedMachine = {
    folder,
    host: createHost({ roots, clock }),
    nowMs: 0,
    lookMs: 0,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    remove(path) {
      rmSync(join(folder, path), { recursive: true });
    },
  };
  return machine;
}

/** The values of one reading by name; a failed part leaves its values out. */
export function readValues(source: Source): ReadonlyMap<string, number> {
  const sink = new RecordingSink();
  try {
    if (source.read(sink) instanceof Promise) throw new TypeError(`${source.name} reads asynchronously`);
  } catch (error) {
    if (error instanceof TypeError) throw error;
  }
  return new Map([...sink.recorded].map(([name, { value }]) => [name, value]));
}
