// In: profiles as they are asked for, and what agents report of them. Out: profiles with their stacks.
// It ignores, and says so to its caller: reports for a profile that is not stored or belongs to another node, and
// stacks that do not continue what is there.
import { isWindow } from '../../../shared/model/continuous-profile.ts';
import type { Profile, ProfileReport, RecordedStacks } from '../../../shared/model/profile.ts';
import { takeReport } from '../../../shared/profile-state.ts';
import type { Database } from '../sqlite.ts';
import type { WindowFilter } from '../store.ts';
import { createStackTable } from './stacks.ts';

export interface ArrivedStacks {
  readonly node: string | null;
  readonly read: () => RecordedStacks;
}

export function createProfileTable(db: Database) {
  const stacks = createStackTable(db);
  const upsert = db.prepare(`
    INSERT INTO profile (id, node, parent_id, created_ms, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET node = excluded.node, parent_id = excluded.parent_id,
      created_ms = excluded.created_ms, body = excluded.body`);
  const select = db.prepare<[string], string>('SELECT body FROM profile WHERE id = ?').pluck();
  const selectList = db
    .prepare<[{ node: string | null; beforeMs: number; limit: number }], string>(`
      SELECT body FROM profile
      WHERE created_ms < :beforeMs AND CASE WHEN :node IS NULL THEN parent_id IS NULL ELSE node = :node END
      ORDER BY created_ms DESC, id DESC LIMIT :limit`)
    .pluck();
  const selectParts = db
    .prepare<[string], string>('SELECT body FROM profile WHERE parent_id = ? ORDER BY node')
    .pluck();
  const selectWindows = db
    .prepare<[{ of: string; fromMs: number; toMs: number; limit: number }], string>(`
      SELECT body FROM profile WHERE parent_id = :of AND created_ms >= :fromMs AND created_ms < :toMs
      ORDER BY created_ms DESC LIMIT :limit`)
    .pluck();
  const selectNodes = db
    .prepare<[number, number], string>(
      'SELECT DISTINCT node FROM profile WHERE created_ms >= ? AND created_ms < ? AND node IS NOT NULL',
    )
    .pluck();
  const remove = db.prepare('DELETE FROM profile WHERE id = ?');

  const put = (profile: Profile) => {
    const { id, node, parentId, createdTimeMs } = profile;
    upsert.run(id, node, parentId, createdTimeMs, JSON.stringify(profile));
  };
  const get = (id: string): Profile | null => parse(select.get(id));
  const parts = (parentId: string): readonly Profile[] =>
    selectParts.all(parentId).map((body) => JSON.parse(body) as Profile);
  const arrivedWithParts = db.transaction((id: string): readonly ArrivedStacks[] => {
    const own = get(id);
    const owners = own === null || !isWindow(own) || stacks.count(id) > 0 ? [own] : parts(id);
    return owners.flatMap((owner) => {
      const read = owner && stacks.reading(owner.id);
      return read ? { node: owner.node, read } : [];
    });
  });
  return {
    put,
    get,
    list: (filter: { node?: string; beforeMs?: number; limit: number }): readonly Profile[] =>
      selectList
        .all({
          node: filter.node ?? null,
          beforeMs: filter.beforeMs ?? Number.MAX_SAFE_INTEGER,
          limit: filter.limit,
        })
        .map((body) => JSON.parse(body) as Profile),
    /** Of a profile on several nodes, in the order of their names. */
    parts,
    /** Of a continuous profile, newest first; those that begin within the times, the second not included. */
    windows: ({ of, fromMs, toMs, limit }: WindowFilter): readonly Profile[] =>
      selectWindows
        .all({ of, fromMs: Math.trunc(fromMs), toMs: Math.trunc(toMs), limit })
        .map((body) => JSON.parse(body) as Profile),
    stacks: (id: string): RecordedStacks | null => stacks.read(id),
    /**
     * What has arrived of a profile, or of the parts of a window that is not merged; of one moment, and to be read one by
     * one.
     */
    arrivedWithParts: (id: string): readonly ArrivedStacks[] => arrivedWithParts(id),
    /** Stacks that have not moved to the file of their month. */
    arrived: stacks,
    /** Those that had a profile between the two times, the second not included. */
    nodesBetween: (fromMs: number, toMs: number): readonly string[] => selectNodes.all(fromMs, toMs),
    delete(id: string): boolean {
      stacks.delete(id);
      return remove.run(id).changes === 1;
    },
    /** False when some of the report was ignored. */
    report(node: string, report: ProfileReport): boolean {
      const profile = get(report.profileId);
      if (profile === null || profile.node !== node) return false;
      put(takeReport(profile, report));
      return report.stacks === null || stacks.append(report.profileId, report.stacks);
    },
  };
}

function parse(body: string | undefined): Profile | null {
  return body === undefined ? null : (JSON.parse(body) as Profile);
}
