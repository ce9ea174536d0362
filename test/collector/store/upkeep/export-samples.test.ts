import { expect, test } from 'vitest';
import { openCatalog } from '../../../../collector/store/catalog/open-catalog.ts';
import { type ExportFormat, exportSamples } from '../../../../collector/store/upkeep/export-samples.ts';
import { readStoreFolder } from '../../../../collector/store/upkeep/read-store.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';
import { flush, hour, ticksEntries } from '../flush/stored-data.ts';
import { tempDir } from '../open-store.ts';

const labels = Object.fromEntries([
  ['__proto__', 'a label like others'],
  ['screen', '\u001b[2J \u009b2J \u202egpj'],
  ['sheet', '=1+1\r\n'],
]);
const odd: SeriesDefinition = { metric: 'odd', kind: 'gauge', decimals: 1, labels };

async function exported(format: ExportFormat): Promise<string> {
  const root = tempDir();
  openCatalog(root).db.close();
  const tick = { timeMs: hour, series: [odd], values: Float64Array.of(1.5) };
  await flush(root, 1, ticksEntries([{ node: '=n1', ticks: [tick] }]));
  const store = await readStoreFolder(root, () => undefined);
  try {
    const range = { nodes: store.nodes, metrics: [], fromMs: 0, toMs: Date.now() * 2 };
    let text = '';
    for await (const piece of exportSamples(store, { ...range, format })) text += piece;
    return text;
  } finally {
    store.close();
  }
}

test('what a node says comes out whole, and no terminal obeys it', async () => {
  const ndjson = await exported('ndjson');
  const csv = await exported('csv');
  for (const text of [ndjson, csv]) expect(text).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(ndjson)).toEqual({ time: hour / 1000, value: 1.5, node: '=n1', metric: 'odd', labels });
  expect(csv.split('\n')[1]).toBe(
    `2026-11-21T14:00:00.000Z,'=n1,odd,"__proto__=""a label like others"",` +
      String.raw`screen=""\u001b[2J \x9b2J \u202egpj"",sheet=""=1+1\r\n""",1.5`,
  );
});
