import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCatalog } from '../../../../collector/store/catalog/catalog.ts';
import { catalogDamage } from '../../../../collector/store/catalog/check-catalog.ts';
import { type OpenCatalog, openCatalog } from '../../../../collector/store/catalog/open-catalog.ts';
import { sealedTables } from '../../../../collector/store/catalog/row-checksums.ts';
import type { Database } from '../../../../collector/store/sqlite.ts';
import { SequenceRanges } from '../../../../shared/sequence-ranges.ts';
import { t0, tempDir } from '../open-store.ts';

function open(dataDir: string): OpenCatalog {
  const opened = openCatalog(dataDir);
  onTestFinished(() => {
    opened.db.close();
  });
  return opened;
}

/** A catalog with rows in many tables; not closed, so the newest of them are in its journal. */
function filled(dataDir: string): Database {
  const { db } = open(dataDir);
  const catalog = createCatalog(db);
  const gap = {
    dataClass: 'metric',
    fromTimeMs: t0,
    toTimeMs: t0,
    count: 3,
    reason: 'x',
    sequences: null,
  } as const;
  db.exec('BEGIN');
  for (let place = 0; place < 150; place += 1) {
    const name = `node${place}`;
    catalog.nodes.put(
      { name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 },
      t0 + place,
    );
    catalog.gaps.add(place, [gap]);
    catalog.audit.append({
      timeMs: place,
      event: 'e',
      actor: 'a',
      subject: 's',
      detail: { text: 'x'.repeat(place) },
    });
    const body = new Uint8Array(place).fill(place);
    catalog.quarantine.add({ node: name, dataClass: 'metric', timeMs: place, reason: 'r', body });
    const advance = { ranges: new SequenceRanges(place), lastTimeMs: t0, nowMs: t0 };
    catalog.positions.put({ nodeId: place, spoolId: 's', dataClass: 'metric' }, advance);
  }
  catalog.flushed.put(7);
  db.exec('COMMIT');
  return db;
}

function rowsOf(db: Database): ReadonlySet<string> {
  const rows = sealedTables(db).flatMap(({ name, columns }) =>
    db
      .prepare(`SELECT ${columns.join(', ')} FROM ${name}`)
      .raw()
      .all()
      .map((row) => `${name} ${JSON.stringify(row)}`),
  );
  return new Set(rows);
}

/** The same numbers in every run. */
function* places(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function flipBit(bytes: Buffer, random: Generator<number>): Buffer {
  const flipped = Buffer.from(bytes);
  const at = Math.floor(random.next().value * bytes.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random.next().value * 8));
  return flipped;
}

describe('a bit that flipped', () => {
  test('in the catalog costs its row or its page, and nothing wrong is ever told', () => {
    const dataDir = tempDir();
    const db = filled(dataDir);
    const whole = rowsOf(db);
    db.close();
    const bytes = readFileSync(join(dataDir, 'catalog.db'));
    const random = places(4);
    let saved = 0;
    for (let round = 0; round < 60; round += 1) {
      const folder = join(dataDir, `flip${round}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'catalog.db'), flipBit(bytes, random));
      const { db: again, salvage } = openCatalog(folder);
      const rows = rowsOf(again);
      expect([...rows].filter((row) => !whole.has(row))).toEqual([]);
      expect(whole.size - rows.size).toBeLessThanOrEqual(salvage === null ? 0 : 150);
      expect(catalogDamage(again)).toBeNull();
      again.close();
      if (salvage === null) continue;
      saved += 1;
      expect(readdirSync(join(folder, 'set-aside'))).toContain('catalog.db');
      expect(salvage.rows).toBe(rows.size);
    }
    expect(saved).toBeGreaterThan(8);
  });

  test('at the very beginning of a table is turned back, for without it not one row can be reached', () => {
    const dataDir = tempDir();
    const db = filled(dataDir);
    const whole = rowsOf(db);
    const pageBytes = Number(db.pragma('page_size', { simple: true }));
    const roots = db
      .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name IN ('position', 'node', 'flushed')")
      .pluck()
      .all();
    db.close();
    const bytes = readFileSync(join(dataDir, 'catalog.db'));
    expect(roots).toHaveLength(3);
    for (const [index, root] of roots.entries()) {
      for (const bit of [0, 3]) {
        const folder = join(dataDir, `root${index}.${bit}`);
        mkdirSync(folder);
        const flipped = Buffer.from(bytes);
        const at = (root - 1) * pageBytes;
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        writeFileSync(join(folder, 'catalog.db'), flipped);
        const { db: again, salvage } = openCatalog(folder);
        expect(rowsOf(again)).toEqual(whole);
        expect(salvage).toMatchObject({ rows: whole.size, damagedTables: [] });
        again.close();
      }
    }
  });

  test('at the very beginning of an index is found, also when its table is empty', () => {
    const dataDir = tempDir();
    const { db } = openCatalog(dataDir);
    const pageBytes = Number(db.pragma('page_size', { simple: true }));
    const roots = db
      .prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND rootpage > 0")
      .pluck()
      .all();
    db.close();
    expect(roots.length).toBeGreaterThan(5);
    const bytes = readFileSync(join(dataDir, 'catalog.db'));
    for (const root of roots) {
      const folder = join(dataDir, `index${root}`);
      mkdirSync(folder);
      const flipped = Buffer.from(bytes);
      const at = (root - 1) * pageBytes;
      flipped[at] = (flipped[at] ?? 0) ^ 8;
      writeFileSync(join(folder, 'catalog.db'), flipped);
      const { db: again, salvage } = openCatalog(folder);
      expect(salvage).toMatchObject({ rows: 0 });
      createCatalog(again).audit.append({ timeMs: 1, event: 'e', actor: 'a', subject: 's', detail: {} });
      again.close();
    }
  });

  test('in the only row of a table costs that row, and the collector starts', () => {
    const dataDir = tempDir();
    const { db } = openCatalog(dataDir);
    const { nodes, flushed } = createCatalog(db);
    nodes.put({ name: 'node-alone', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0);
    flushed.put(7);
    db.close();
    const bytes = readFileSync(join(dataDir, 'catalog.db'));
    const cell = bytes.indexOf('node-alone');
    let lost = 0;
    // The head of its record, and what comes after it.
    for (let at = cell - 14; at < cell + 4; at += 1) {
      const folder = join(dataDir, `cell${at}`);
      mkdirSync(folder);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x40;
      writeFileSync(join(folder, 'catalog.db'), flipped);
      const { db: again } = openCatalog(folder);
      const rows = [...rowsOf(again)];
      expect(rows.filter((row) => row.startsWith('flushed'))).toHaveLength(1);
      lost += rows.some((row) => row.startsWith('node ')) ? 0 : 1;
      again.close();
    }
    expect(lost).toBeGreaterThan(10);
  });

  test('in the journal that a kill left behind is noticed', () => {
    const dataDir = tempDir();
    const db = filled(dataDir);
    const count = rowsOf(db).size;
    const main = readFileSync(join(dataDir, 'catalog.db'));
    const journal = readFileSync(join(dataDir, 'catalog.db-wal'));
    const random = places(9);
    for (let round = 0; round < 21; round += 1) {
      const folder = join(dataDir, `flip${round}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'catalog.db'), main);
      // The first one stays whole.
      writeFileSync(join(folder, 'catalog.db-wal'), round === 0 ? journal : flipBit(journal, random));
      const { db: again, lostFrames } = openCatalog(folder);
      if (lostFrames === 0) expect(rowsOf(again).size).toBe(count);
      expect(lostFrames > 0).toBe(round > 0);
      again.close();
    }
  });
});

test('a row that something else than the collector changed is found', () => {
  const db = filled(tempDir());
  expect(catalogDamage(db)).toBeNull();
  db.exec("UPDATE position SET crc = crc + 1 WHERE spool_id = 's' AND node_id = 5");
  expect(catalogDamage(db)).toContain('the table position');
  expect(catalogDamage(db, ['node'])).toBeNull();
});

test('a row that is changed through the catalog keeps matching', () => {
  const { db } = open(tempDir());
  const { nodes, profiles } = createCatalog(db);
  nodes.put({ name: 'n1', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0);
  nodes.put({ name: 'n1', role: 'login', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0 + 1);
  nodes.touch(new Map([['n1', t0 + 5]]));
  expect(profiles.delete('absent')).toBe(false);
  expect(catalogDamage(db)).toBeNull();
});

test('what is set aside does not take the place of what was set aside before', () => {
  const dataDir = tempDir();
  for (let round = 0; round < 2; round += 1) {
    const { db } = openCatalog(dataDir);
    createCatalog(db).flushed.put(round);
    db.exec('UPDATE flushed SET crc = 0');
    db.close();
  }
  copyFileSync(join(dataDir, 'catalog.db'), join(dataDir, 'kept'));
  expect(open(dataDir).salvage).toMatchObject({ rows: 0, damagedTables: ['flushed'] });
  expect(readdirSync(join(dataDir, 'set-aside')).toSorted()).toEqual(['catalog.db', 'catalog.db.2']);
});
