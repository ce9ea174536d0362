import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { Buckets } from '../../../../collector/store/buckets.ts';
import { hourMs } from '../../../../collector/store/partitions/tier.ts';
import { rollUpSelection } from '../../../../collector/store/read/roll-up-selection.ts';
import { unpackFrame } from '../../../../collector/store/read/rolled-frame.ts';
import { series } from '../open-store.ts';
import { between, course, headOf, hour0, lookbackMs, makeFiles } from './made-files.ts';

const load = series('node_load1');
const read = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');

function averagesOf(buckets: Buckets): readonly number[] {
  const [sums, by, factor] =
    buckets.kind === 'gauge' ? [buckets.sums, buckets.counts, 1] : [buckets.increases, buckets.spansMs, 1000];
  return Array.from(sums, (sum, place) =>
    (by[place] ?? 0) > 0 ? (sum / (by[place] ?? 1)) * factor : Number.NaN,
  );
}

test('who wants averages alone gets those that all figures give', async () => {
  const step = record({
    value: oneof(integer({ min: 0, max: 1e6 }), constant(Number.NaN)),
    spacing: oneof({ weight: 20, arbitrary: constant(5) }, integer({ min: 6, max: 400 })),
  });
  const steps = array(step, { minLength: 1, maxLength: 400 });
  const stepMs = constantFrom(7_000, 60_000, 300_000);
  await assert(
    asyncProperty(steps, stepMs, boolean(), async (samples, gridStepMs, isCounter) => {
      let second = 3000;
      const one = course(
        'n1',
        isCounter ? read : load,
        samples.map(({ value, spacing }) => [(second += spacing), value]),
      );
      const made = makeFiles();
      made.raw([between(one, hour0, hour0 + hourMs)], hour0);
      made.minute([between(one, hour0, hour0 + hourMs)], hour0);
      made.hot([one], hour0 + hourMs, hour0 + 1.2 * hourMs);
      const head = headOf(['n1'], [between(one, hour0 + 1.2 * hourMs, hour0 + 2 * hourMs)]);
      const { metric } = one.series;
      const selection = {
        nodes: ['n1'],
        selectors: [{ metric, match: {} }],
        fromMs: 0,
        toMs: hour0 + 2 * hourMs,
      };
      const grid = {
        firstMs: hour0 + hourMs / 2,
        stepMs: gridStepMs,
        count: Math.floor((1.5 * hourMs) / gridStepMs),
      };
      const ask = async (onlyAverage: boolean) => {
        const scope = { grid, head, lookbackMs, onlyAverage, yieldTurn: async () => {} };
        return unpackFrame(await rollUpSelection(made.files, selection, scope), ['n1']);
      };
      const [[all], [short]] = [await ask(false), await ask(true)];
      expect(short?.buckets.counts).toEqual(all?.buckets.counts);
      const wanted = all === undefined ? [] : averagesOf(all.buckets);
      expect(Array.from(short?.buckets.averages ?? [])).toEqual(
        wanted.map((average) => (Number.isNaN(average) ? average : expect.closeTo(average, 6))),
      );
    }),
    { numRuns: 25 },
  );
});
