// In: names of kernel functions in which processes wait. Out: the small number that means each in packed rows, and back.
// It refuses (null) a name when so many are kept that only a fault or an attack can have brought them forth.
//
// Invariants: what is remembered here is only a copy of rows; `forget` may be called at any time, and must be after a
// rollback and after rows were deleted.
import type { Database } from './database.ts';

/** A name that is in use has been marked so at most this long ago; retention keeps away from younger ones. */
export const waitChannelMarkMs = 3_600_000;

/** A kernel has some hundreds; all kernels of a cluster share most of them. */
const maxNames = 16_384;

interface Remembered {
  readonly id: number;
  markedMs: number;
}

export class WaitChannels {
  readonly #remembered = new Map<string, Remembered>();
  /** How many rows there are; null: not counted yet. Counting for every strange name would be dear. */
  #count: number | null = null;
  readonly #statements;

  constructor(db: Database) {
    this.#statements = {
      find: db.prepare<[string], number>('SELECT id FROM wait_channel WHERE name = ?').pluck(),
      count: db.prepare<[], number>('SELECT count(*) FROM wait_channel').pluck(),
      insert: db.prepare('INSERT INTO wait_channel (name, last_ms) VALUES (?, ?)'),
      mark: db.prepare('UPDATE wait_channel SET last_ms = ? WHERE id = ?'),
      name: db.prepare<[number], string>('SELECT name FROM wait_channel WHERE id = ?').pluck(),
    };
  }

  forget(): void {
    this.#remembered.clear();
    this.#count = null;
  }

  idOf(name: string, nowMs: number): number | null {
    const known = this.#remembered.get(name);
    if (known === undefined) return this.#learn(name, nowMs);
    if (nowMs - known.markedMs >= waitChannelMarkMs) {
      this.#statements.mark.run(nowMs, known.id);
      known.markedMs = nowMs;
    }
    return known.id;
  }

  nameOf(id: number): string | null {
    return this.#statements.name.get(id) ?? null;
  }

  #learn(name: string, nowMs: number): number | null {
    const { find, count, insert, mark } = this.#statements;
    let id = find.get(name);
    if (id !== undefined) mark.run(nowMs, id);
    else {
      this.#count ??= count.get() ?? 0;
      if (this.#count >= maxNames) return null;
      id = Number(insert.run(name, nowMs).lastInsertRowid);
      this.#count += 1;
    }
    this.#remembered.set(name, { id, markedMs: nowMs });
    return id;
  }
}
