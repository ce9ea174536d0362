import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WriteQueue } from '../../../../collector/store/catalog/write-queue.ts';
import { openSqlite } from '../../../../collector/store/sqlite.ts';
import { LongWorkLanes } from '../../../../collector/store/threads/long-work.ts';
import { tempDir } from '../open-store.ts';

function openLanes() {
  const db = openSqlite(join(tempDir(), 'a.db'));
  db.exec('CREATE TABLE a (b)');
  // A window that never ends by itself: only the turns of the long work commit.
  const file = 'a.db';
  const queue = new WriteQueue(db, { file, windowMs: 1e6, maxPending: 512, onRollback: () => {} });
  const lanes = new LongWorkLanes({ sliceMs: 0, serveOthers: () => queue.flush() });
  onTestFinished(() => {
    queue.close();
    db.close();
  });
  return { queue, lanes, insert: () => db.exec('INSERT INTO a VALUES (1)') };
}

describe('long work of the writer', () => {
  test('a small write that comes during it is committed at the next turn', async () => {
    const { queue, lanes, insert } = openLanes();
    let slice = 0;
    const committedAt: number[] = [];
    const asked: Promise<void>[] = [];
    await lanes.run('patient', async (yieldTurn) => {
      for (slice = 0; slice < 100; slice += 1) {
        if (slice % 10 === 3) {
          const own = slice;
          asked.push(queue.write(insert).then(() => void committedAt.push(slice - own)));
        }
        await yieldTurn();
      }
    });
    await Promise.all(asked);
    expect(committedAt).toEqual(Array.from({ length: 10 }, () => 0));
    expect(queue.commits).toBe(10);
  });

  test('urgent work goes before patient work that has begun, and in its own order', async () => {
    const { lanes } = openLanes();
    const seen: string[] = [];
    const began = Promise.withResolvers<undefined>();
    const slices =
      (name: string, count: number) =>
      async (yieldTurn: () => Promise<void>): Promise<void> => {
        for (let slice = 0; slice < count; slice += 1) {
          seen.push(name);
          began.resolve(undefined);
          await yieldTurn();
        }
      };
    const patient = lanes.run('patient', slices('patient', 3));
    await began.promise;
    const before = seen.length;
    await Promise.all([
      lanes.run('urgent', slices('first', 3)),
      lanes.run('urgent', slices('second', 2)),
      patient,
    ]);
    const after = seen.slice(before);
    const urgent = ['first', 'first', 'first', 'second', 'second'];
    expect(after.slice(0, 5)).toEqual(urgent);
    expect(seen.filter((name) => name === 'patient')).toHaveLength(3);
  });

  test('work that fails takes no other with it', async () => {
    const { lanes } = openLanes();
    const results = await Promise.allSettled([
      lanes.run('urgent', () => {
        throw new Error('odd');
      }),
      lanes.run('urgent', () => 1),
      lanes.run('patient', () => 2),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  test('closing ends what runs at its next turn, and takes no more', async () => {
    const { lanes } = openLanes();
    let slices = 0;
    const began = Promise.withResolvers<undefined>();
    const endless = lanes.run('patient', async (yieldTurn) => {
      for (;;) {
        slices += 1;
        began.resolve(undefined);
        await yieldTurn();
      }
    });
    const behind = lanes.run('patient', () => 1);
    const told = [endless, behind].map((work) => expect(work).rejects.toMatchObject({ code: 'closed' }));
    await began.promise;
    await lanes.close();
    await Promise.all(told);
    expect(slices).toBeGreaterThan(0);
    await expect(lanes.run('urgent', () => 1)).rejects.toMatchObject({ code: 'closed' });
  });

  test('more than may wait is refused', async () => {
    const { lanes } = openLanes();
    const all = Array.from({ length: 70 }, () => lanes.run('patient', () => 1).catch(() => 'refused'));
    const results = await Promise.all(all);
    expect(results.filter((result) => result === 'refused')).toHaveLength(6);
  });
});
