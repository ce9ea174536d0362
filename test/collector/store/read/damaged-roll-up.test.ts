import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RolledSeries } from '../../../../collector/store/buckets.ts';
import { hourMs, partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { rollUpSelection } from '../../../../collector/store/read/roll-up-selection.ts';
import { unpackFrame } from '../../../../collector/store/read/rolled-frame.ts';
import { series } from '../open-store.ts';
import { course, emptyHead, hour0, lookbackMs, type MadeFiles, makeFiles } from './made-files.ts';

const read = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');
const nodes = ['n1', 'n2'];
const tenMinutes = 600_000;

async function ask({ files }: MadeFiles) {
  const grid = { firstMs: hour0 + tenMinutes, stepMs: tenMinutes, count: 11 };
  const selection = { nodes, selectors: [{ metric: read.metric, match: {} }], fromMs: 0, toMs: 1e15 };
  const scope = { grid, head: { ...emptyHead, nodes }, lookbackMs, yieldTurn: async () => {} };
  return unpackFrame(await rollUpSelection(files, selection, scope), nodes);
}

function damageFirstChunk(file: string): void {
  const db = new Sqlite(file);
  db.exec('UPDATE chunk SET data = zeroblob(length(data)) WHERE key = (SELECT min(key) FROM chunk)');
  db.close();
}

function make(tier: 'minute' | 'ten-minutes'): MadeFiles {
  const samples = Array.from({ length: 1_440 }, (_, place) => [place * 5, place * place] as const);
  const courses = nodes.map((node) => course(node, read, samples));
  const made = makeFiles();
  for (const at of [hour0, hour0 + hourMs]) made.raw(courses, at);
  for (const at of [hour0, hour0 + hourMs]) made.minute(courses, at);
  if (tier === 'ten-minutes') made.tenMinutes(courses, hour0);
  return made;
}

test.each(['minute', 'ten-minutes'] as const)(
  'what is damaged of a roll-up (%s) is made of the samples while they are kept',
  async (tier) => {
    const made = make(tier);
    const { path } = partitionAt(tier, hour0);
    damageFirstChunk(join(made.root, path));
    const [found, whole] = [await ask(made), await ask(make(tier))];
    // Rates of a roll-up are rounded.
    const exact = ({ node, buckets }: RolledSeries) => [
      node,
      buckets.counts,
      buckets.kind === 'counter' ? buckets.increases : null,
    ];
    expect(found.map(exact)).toEqual(whole.map(exact));
    expect(made.damaged).toEqual([path]);
  },
);
