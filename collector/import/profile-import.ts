// Profiles that other programs recorded, brought by people. In: a file and what it is called. Out: a profile that is finished,
// stored and told of.
// It refuses (ImportError) files that cannot be read, and more of them at once than there is memory for.
import type { ImportParameters } from '../../shared/api/profile-import.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Profile, untoldProfile, usualProfile } from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import { createAuditTrail } from '../control/audit-trail.ts';
import { createId } from '../control/identifiers.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { CommandStore, ProfileStore } from '../store/store.ts';
import { FileReader } from './file-reader.ts';
import { ImportError } from './import-error.ts';
import type { ReadFile } from './read-file.ts';

/** Each may take a gigabyte while it is read. */
const atOnce = 2;
/** Below it a profile says why so few of its functions have names. */
const fewNames = 0.7;

export interface ProfileImportOptions {
  readonly store: Pick<ProfileStore, 'putStacks'> & Pick<CommandStore, 'appendAudit'>;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly reader?: FileReader;
}

/** What is told of a file besides. */
export interface ImportWish extends ImportParameters {
  /** Account that brought it; absent: not known. */
  readonly startedBy?: string;
}

export interface ImportStatistics {
  readonly underWay: number;
  readonly finished: number;
  /** Files that could not be read. */
  readonly failed: number;
  /** For want of room. */
  readonly refused: number;
}

export class ProfileImport {
  readonly #options: ProfileImportOptions;
  readonly #reader: FileReader;
  #statistics: ImportStatistics = { underWay: 0, finished: 0, failed: 0, refused: 0 };

  constructor(options: ProfileImportOptions) {
    this.#options = options;
    this.#reader = options.reader ?? new FileReader({ clock: options.clock });
  }

  get statistics(): ImportStatistics {
    return this.#statistics;
  }

  /** Takes a place, before the file is even received; the one who took it gives it back. */
  admit(): () => void {
    if (this.#statistics.underWay >= atOnce) {
      this.#count({ refused: 1 });
      throw new ImportError('too-busy', `${atOnce} files are read already`, 'Try again in some seconds.');
    }
    this.#count({ underWay: 1 });
    let isGivenBack = false;
    return () => {
      if (!isGivenBack) this.#count({ underWay: -1 });
      isGivenBack = true;
    };
  }

  /** Resolves with the id of the profile, once it is stored. The bytes are gone afterwards. */
  async importProfile(bytes: Uint8Array, wish: ImportWish, actor: string): Promise<string> {
    const { store, bus, clock } = this.#options;
    const {
      format,
      name,
      event = usualProfile.event,
      frequency: frequencyHz = usualProfile.frequencyHz,
    } = wish;
    const size = bytes.byteLength;
    const file = await this.#read({ bytes, format, besides: { event, frequencyHz } });
    const { startedBy } = wish;
    const by = startedBy === undefined ? {} : { startedBy };
    const profile = { ...profileOf(name, file, clock.now()), ...by };
    await store.putStacks(profile, file.packed);
    await createAuditTrail(store, clock)('profile-imported', actor, profile.id, {
      name,
      format,
      bytes: size,
    });
    bus.publish({ kind: 'profile', id: profile.id });
    this.#count({ finished: 1 });
    return profile.id;
  }

  /** Idempotent. */
  stop(): Promise<void> {
    return this.#reader.stop();
  }

  async #read(file: Parameters<FileReader['read']>[0]): Promise<ReadFile> {
    try {
      return await this.#reader.read(file);
    } catch (error) {
      this.#count({ failed: 1 });
      throw error;
    }
  }

  #count(more: Partial<ImportStatistics>): void {
    const { underWay, finished, failed, refused } = this.#statistics;
    this.#statistics = {
      underWay: underWay + (more.underWay ?? 0),
      finished: finished + (more.finished ?? 0),
      failed: failed + (more.failed ?? 0),
      refused: refused + (more.refused ?? 0),
    };
  }
}

function profileOf(name: string, file: ReadFile, nowMs: number): Profile {
  const { event, unit, frequencyHz, samples, startedTimeMs, durationMs } = file;
  const cut = cutReason(file);
  return {
    ...usualProfile,
    ...untoldProfile,
    id: createId('prf', nowMs),
    node: null,
    nodeCount: 0,
    parentId: null,
    target: { kind: 'file', name },
    createdTimeMs: nowMs,
    event,
    unit,
    frequencyHz,
    samples,
    durationMs: durationMs ?? 0,
    startedTimeMs,
    endedTimeMs: startedTimeMs === null ? null : startedTimeMs + (durationMs ?? 0),
    status: cut === null ? 'finished' : 'partial',
    reason: cut,
    progress: 1,
    sampledEvent: event,
    symbols: { named: file.named, reason: file.named < fewNames ? namelessReason : null },
  };
}

const namelessReason: Reason = {
  code: 'names-missing',
  message: 'the file itself has no names for these functions',
  remedy: 'Have the program that wrote it look up symbols, then import it anew.',
};

function cutReason({ cutWeight, weight }: ReadFile): Reason | null {
  if (cutWeight === 0) return null;
  const share = ((cutWeight / weight) * 100).toFixed(1);
  return {
    code: 'stacks-cut',
    message: `the file has more stacks than a profile holds: ${share} % of their weight counts as [rest]`,
    remedy: 'Leave out threads or rare stacks before, then import it anew.',
  };
}
