// What the writer thread does with the catalog: each write shares its transaction with others that come at the same
// time, and resolves once it is synced.
import type { Clock } from '../../../shared/clock.ts';
import type { Batch } from '../../../shared/model/batch.ts';
import type { AuditRecord, Command, CommandReport } from '../../../shared/model/command.ts';
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import type { DataClass, Sender, StoredPosition } from '../../../shared/model/delivery.ts';
import type { NodeIdentity } from '../../../shared/model/node.ts';
import type { Profile, ProfileReport } from '../../../shared/model/profile.ts';
import type { IdentityRecord, Quarantined } from '../store.ts';
import { appendRecords, type RecordEffect } from './append-records.ts';
import type { Catalog } from './catalog.ts';
import type { Write } from './flushed-records.ts';

interface CatalogWriter {
  readonly catalog: Catalog;
  readonly write: Write;
  readonly clock: Clock;
  readonly data: { readonly maxNodes?: number };
}

/** Told of each report of a profile once it is stored. */
export type OnProfileReport = (report: ProfileReport) => void;

export function catalogWriterHandlers(
  { catalog, write, clock, data }: CatalogWriter,
  onProfileReport: OnProfileReport = () => undefined,
) {
  return {
    lastFlushed: (): number => catalog.flushed.last(),
    positions(sender: Sender): readonly StoredPosition[] {
      const nodeId = catalog.nodes.find(sender.node);
      return nodeId === undefined ? [] : catalog.positions.all(nodeId, sender.spoolId);
    },
    /** Time of the newest item of each class that the node ever sent, ms. */
    newestTimes(node: string): ReadonlyMap<DataClass, number> {
      const nodeId = catalog.nodes.find(node);
      return nodeId === undefined ? new Map() : catalog.positions.newestTimes(nodeId);
    },
    async appendRecords(sender: Sender, batch: Batch): Promise<RecordEffect> {
      const effect = await write(() => appendRecords(catalog, sender, batch, Math.trunc(clock.now())));
      if (batch.payload.kind === 'profile') onProfileReport(batch.payload.report);
      return effect;
    },
    /** False: it is new, and as many are known as may be. */
    putNode: (identity: NodeIdentity, seenMs: number): Promise<boolean> =>
      write(() => catalog.nodes.put(identity, seenMs, data.maxNodes)),
    touchNodes: (seen: ReadonlyMap<string, number>) => write(() => catalog.nodes.touch(seen)),
    putProfile: (profile: Profile) => write(() => catalog.profiles.put(profile)),
    putContinuous: (profile: ContinuousProfile) => write(() => catalog.continuous.put(profile)),
    putCommand: (command: Command) => write(() => catalog.commands.put(command)),
    applyCommandReport: (node: string, report: CommandReport) =>
      write(() => {
        catalog.commands.report(node, report);
      }),
    appendAudit: (record: AuditRecord) => write(() => catalog.audit.append(record)),
    putIdentities: (records: readonly IdentityRecord[]) => write(() => catalog.identities.put(records)),
    quarantine: (item: Quarantined) => write(() => catalog.quarantine.add(item)),
  };
}
