// Any report of a profile.
import * as fc from 'fast-check';
import type { Payload } from '../../../shared/model/batch.ts';
import {
  anyFact as fact,
  anyReason as reason,
  anyText as text,
  anyTime as time,
  anyWord as word,
} from './any-value.ts';

const uint32 = fc.nat(2 ** 31 - 1);
const stacks = fc.array(fc.tuple(fc.integer({ min: -1, max: 1e6 }), uint32, uint32)).map((nodes) => ({
  parents: nodes.map(([parent]) => parent),
  frameIds: nodes.map(([, frame]) => frame),
  self: nodes.map(([, , self]) => self),
}));

const samples = fc
  .tuple(fc.array(fc.tuple(uint32, uint32, uint32, uint32)), fc.boolean())
  .map(([rows, isTimed]) => ({
    timesMs: isTimed ? rows.map(([time]) => time).sort((a, b) => a - b) : null,
    threadIds: rows.map(([, thread]) => thread),
    nodes: rows.map(([, , node]) => node),
    weights: rows.map(([, , , weight]) => weight),
  }));

export const anyProfile: fc.Arbitrary<Payload> = fc.record({
  kind: fc.constant('profile'),
  report: fc.record({
    profileId: word,
    status: fc.constantFrom('pending', 'running', 'processing', 'finished', 'partial', 'stopped', 'failed'),
    reason,
    progress: fc.integer({ min: 0, max: 10_000 }).map((units) => units / 1e4),
    startedTimeMs: fc.option(time),
    endedTimeMs: fc.option(time),
    samples: fc.maxSafeNat(),
    lost: fc.maxSafeNat(),
    sampledEvent: fact,
    unit: fc.constantFrom('samples', 'microseconds', 'events'),
    usedCallGraph: fact,
    symbols: fc.option(
      fc.record({ named: fc.integer({ min: 0, max: 10_000 }).map((units) => units / 1e4), reason }),
    ),
    process: fc.option(fc.record({ pid: uint32, startTimeMs: time, name: text, command: text, user: text })),
    stacks: fc.option(
      fc
        .record({
          index: uint32,
          last: fc.boolean(),
          frames: fc.array(fc.record({ function: text, module: text })),
          columns: stacks,
          threads: fc.array(
            fc.record({
              pid: uint32,
              tid: uint32,
              process: text,
              name: text,
              localRank: fc.option(uint32),
            }),
          ),
          samples: fc.option(samples),
        })
        .map(({ columns, ...chunk }) => ({ ...chunk, ...columns })),
    ),
  }),
});
