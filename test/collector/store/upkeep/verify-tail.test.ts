import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../../collector/store/catalog/open-catalog.ts';
import { segmentHead } from '../../../../collector/store/log/segment-head.ts';
import { verifyStore } from '../../../../collector/store/upkeep/verify-store.ts';
import { SegmentWriter } from '../../../../shared/segment-file/segment-writer.ts';
import { tempDir } from '../open-store.ts';

test('a flipped bit in the last record of the log is told, what a crash cut off is not', async () => {
  const root = tempDir();
  openCatalog(root).db.close();
  mkdirSync(join(root, 'log'));
  const path = join(root, 'log', '00000001.log');
  const writer = new SegmentWriter(path, segmentHead(1));
  writer.append(1, Buffer.from('the first record'));
  writer.write();
  const place = writer.sizeBytes;
  writer.append(1, Buffer.from('the last record'));
  writer.write();
  writer.close();
  const bytes = readFileSync(path);
  const verify = () => verifyStore(root, { yieldTurn: async () => undefined });
  expect(await verify()).toEqual([]);
  for (let bit = place * 8; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(path, flipped);
    expect(await verify(), `bit ${bit}`).toHaveLength(1);
  }
  for (const end of [place + 1, place + 4, place + 12, bytes.length - 3, bytes.length - 5]) {
    writeFileSync(path, bytes.subarray(0, end));
    expect(await verify(), `cut off at ${end}`).toEqual([]);
  }
});
