// What the store is compared with: the plain SQLite schema that first comes to mind, a row per sample, with the same
// safety and as many ticks to a transaction. In: ticks of nodes. Out: the same questions answered.
import { statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { MetricTick } from '../../shared/model/metric.ts';

/** `clustered`: rows lie in the order of series and time. `indexed`: in the order they came, with an index. */
export type RowOrder = 'clustered' | 'indexed';

const tables: Readonly<Record<RowOrder, string>> = {
  clustered: `CREATE TABLE sample (series_id INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL,
    PRIMARY KEY (series_id, time_ms)) STRICT, WITHOUT ROWID`,
  indexed: `CREATE TABLE sample (series_id INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL) STRICT;
    CREATE INDEX sample_series ON sample (series_id, time_ms)`,
};

export interface NodeTick {
  readonly node: string;
  readonly tick: MetricTick;
}

export interface Range {
  readonly node: string;
  readonly metric: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export class SampleRows {
  readonly #file: string;
  readonly #db: Sqlite.Database;
  readonly #ids = new Map<string, number>();

  constructor(file: string, order: RowOrder) {
    this.#file = file;
    this.#db = new Sqlite(file);
    this.#db.pragma('locking_mode = EXCLUSIVE');
    this.#db.pragma('page_size = 8192');
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('cache_size = -32768');
    this.#db.exec(`${tables[order]};
      CREATE TABLE series (id INTEGER PRIMARY KEY, node TEXT NOT NULL, metric TEXT NOT NULL, labels TEXT NOT NULL);
      CREATE INDEX series_metric ON series (node, metric)`);
  }

  /** One transaction. */
  append(ticks: readonly NodeTick[]): void {
    const insert = this.#db.prepare('INSERT INTO sample (series_id, time_ms, value) VALUES (?, ?, ?)');
    this.#db.transaction(() => {
      for (const { node, tick } of ticks) {
        const ids = this.#idsOf(node, tick);
        for (const [place, value] of tick.values.entries()) insert.run(ids[place], tick.timeMs, value);
      }
    })();
  }

  /** Samples of one series in a range, as columns; how many there are. */
  select({ node, metric, fromMs, toMs }: Range): number {
    const times: number[] = [];
    const values: number[] = [];
    const rows = this.#db
      .prepare<[string, string, number, number], [number, number]>(
        `SELECT time_ms, value FROM sample JOIN series ON series.id = series_id
         WHERE node = ? AND metric = ? AND time_ms BETWEEN ? AND ? ORDER BY time_ms`,
      )
      .raw()
      .iterate(node, metric, fromMs, toMs);
    for (const [timeMs, value] of rows) {
      times.push(timeMs);
      values.push(value);
    }
    return Math.min(times.length, values.length);
  }

  /** Closes; returns the size of the file. */
  close(): number {
    this.#db.close();
    return statSync(this.#file).size;
  }

  #idsOf(node: string, { series }: MetricTick): readonly number[] {
    return series.map(({ metric, labels }, place) => {
      const key = `${node}/${place}`;
      const known = this.#ids.get(key);
      if (known !== undefined) return known;
      const insert = this.#db.prepare('INSERT INTO series (node, metric, labels) VALUES (?, ?, ?)');
      const id = Number(insert.run(node, metric, JSON.stringify(labels)).lastInsertRowid);
      this.#ids.set(key, id);
      return id;
    });
  }
}
