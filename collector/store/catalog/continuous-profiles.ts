// Continuous profiles as they stand. Their windows are profiles of their own; here is what makes them.
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import type { Database } from '../sqlite.ts';

export function createContinuousTable(db: Database) {
  const upsert = db.prepare(`
    INSERT INTO continuous_profile (id, created_ms, ended_ms, body) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET created_ms = excluded.created_ms, ended_ms = excluded.ended_ms, body = excluded.body`);
  const select = db.prepare<[string], string>('SELECT body FROM continuous_profile WHERE id = ?').pluck();
  const selectList = db
    .prepare<[number], string>(
      'SELECT body FROM continuous_profile ORDER BY created_ms DESC, id DESC LIMIT ?',
    )
    .pluck();
  const selectBetween = db
    .prepare<[number, number], string>(
      'SELECT body FROM continuous_profile WHERE created_ms < ? AND (ended_ms IS NULL OR ended_ms >= ?)',
    )
    .pluck();
  const remove = db.prepare('DELETE FROM continuous_profile WHERE id = ?');
  const parse = (body: string) => JSON.parse(body) as ContinuousProfile;
  return {
    put(profile: ContinuousProfile): void {
      const { id, createdTimeMs, endedTimeMs } = profile;
      upsert.run(id, createdTimeMs, endedTimeMs, JSON.stringify(profile));
    },
    get(id: string): ContinuousProfile | null {
      const body = select.get(id);
      return body === undefined ? null : parse(body);
    },
    /** Newest first. */
    list: (limit: number): readonly ContinuousProfile[] => selectList.all(limit).map(parse),
    /** Nodes of those that ran between the two times. */
    nodesBetween: (fromMs: number, toMs: number): readonly string[] => [
      ...new Set(selectBetween.all(toMs, fromMs).flatMap((body) => parse(body).seenNodes)),
    ],
    delete: (id: string): boolean => remove.run(id).changes === 1,
  };
}
