// What a BeeGFS client knows and lets everybody read: which servers' targets it can reach, below /proc/fs/beegfs. How
// much it reads and writes the client does not count; only the servers do, and `lacks` says whom to ask.
// In: lines `[Target ID: 101] @ storage01: Online / Good`. Out: two gauges per target. A bounded number is followed.
import { gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { type FolderRow, FolderRows, listNames } from '../folder-rows.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { Probe, SampleSink, Source } from '../source.ts';

const everyMs = 30_000;
const listEveryMs = 300_000;
const mountLimit = 8;
const targetLimit = 256;
const kinds = { meta: 'meta_target_state', storage: 'storage_target_state' } as const;
const nothingMounted = 'Nothing to do where no BeeGFS is mounted.';

const metrics = [
  gauge('jidi_beegfs_target_online', 0, '1 when the client reaches the target, 0 when it does not.'),
  gauge('jidi_beegfs_target_consistent', 0, '1 when the target is good, 0 when it is bad or needs a resync.'),
];
const skipped = gauge(
  'jidi_beegfs_targets_skipped',
  0,
  `Targets of a mount that are not followed because there are more than ${targetLimit}; absent when none.`,
);

export function createBeegfsSource(host: Host): Source {
  const top = `${host.roots.proc}/fs/beegfs`;
  const list = (): readonly string[] => listNames(host, top, /^[\w.-]{1,128}$/);
  const mounts = new FolderRows(host, {
    everyMs: listEveryMs,
    limit: mountLimit,
    list: () => list().map((name, instance) => `${instance} ${name}`),
    create: (key) => new BeegfsMount(host, top, key),
  });
  return {
    name: 'beegfs',
    reads: '/proc/fs/beegfs/*/*_target_state',
    metrics: [...metrics, skipped],
    everyMs,
    probe: () => probeMounts(top, list()),
    lacks: () =>
      list().map((name) => ({
        what: `bytes and operations of BeeGFS ${name}`,
        reason: 'the client does not count them',
        remedy: 'Ask the servers: `beegfs-ctl --clientstats`, or beegfs-mon beside the management service.',
      })),
    close: () => mounts.close(),
    read(sink) {
      for (const mount of mounts.rows()) mount.read(sink);
    },
  };
}

class BeegfsMount implements FolderRow {
  readonly #host: Host;
  readonly #folder: string;
  readonly #instance: string;
  readonly #targets = new Map<string, SeriesRow>();
  readonly #skipped: SeriesRow;

  /** The key is `INSTANCE FOLDER`: the folder's name changes with each mount and is no label. */
  constructor(host: Host, top: string, key: string) {
    this.#host = host;
    this.#instance = key.slice(0, key.indexOf(' '));
    this.#folder = `${top}/${key.slice(key.indexOf(' ') + 1)}`;
    this.#skipped = createRow([skipped], { instance: this.#instance });
  }

  read(sink: SampleSink): void {
    let left = 0;
    for (const [kind, file] of Object.entries(kinds)) {
      for (const target of parseTargets(readWhole(this.#host, `${this.#folder}/${file}`))) {
        const row = this.#rowOf(kind, target.id);
        if (row === null) left += 1;
        row?.set(sink, 0, target.isOnline ? 1 : 0);
        row?.set(sink, 1, target.isConsistent ? 1 : 0);
      }
    }
    if (left > 0) this.#skipped.set(sink, 0, left);
  }

  again(): void {}

  close(): void {}

  #rowOf(kind: string, target: string): SeriesRow | null {
    const key = `${kind} ${target}`;
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    if (this.#targets.size >= targetLimit) return null;
    const row = createRow(metrics, { instance: this.#instance, kind, target });
    this.#targets.set(key, row);
    return row;
  }
}

export interface TargetState {
  readonly id: string;
  readonly isOnline: boolean;
  readonly isConsistent: boolean;
}

/** Whole lines only; a state that is not one of BeeGFS is passed over. */
export function parseTargets(text: string): readonly TargetState[] {
  const line =
    /^\[Target ID: (\d{1,5})\] @ .*: (Online|Probably-offline|Offline) \/ (Good|Needs-resync|Bad) ?\n/gm;
  return [...text.matchAll(line)].map(([, id = '', reach, consistency]) => ({
    id,
    isOnline: reach === 'Online',
    isConsistent: consistency === 'Good',
  }));
}

/** With the line feed at its end: a line without one was cut. */
function readWhole(host: Host, path: string): string {
  try {
    const { bytes, end } = host.readBytes(path);
    return bytes.toString('utf8', 0, end);
  } catch {
    // The mount has gone; the next listing notices.
    return '';
  }
}

function probeMounts(top: string, names: readonly string[]): Probe {
  if (names.length > 0) return { present: true };
  return { present: false, reason: `no mount below ${top}`, remedy: nothingMounted };
}
