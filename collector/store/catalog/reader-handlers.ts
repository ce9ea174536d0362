// What the reader thread selects from the catalog.
import type { AuditRecord, Command } from '../../../shared/model/command.ts';
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { GapRange, IdentityRecord, NodeGap, NodeRecord, WindowFilter } from '../store.ts';
import type { Catalog } from './catalog.ts';
import type { QuarantinedRow } from './quarantine.ts';

export function catalogReaderHandlers({
  nodes,
  gaps,
  profiles,
  continuous,
  commands,
  audit,
  identities,
  quarantine,
}: Catalog) {
  return {
    nodes: (): readonly NodeRecord[] => nodes.all(),
    inventory: (node: string): Inventory | null => nodes.inventory(node),
    gaps(node: string, fromMs: number, limit: number): readonly Gap[] {
      const nodeId = nodes.find(node);
      return nodeId === undefined ? [] : gaps.list(nodeId, fromMs, limit);
    },
    gapsOfAll: ({ fromMs, toMs, limit }: GapRange): readonly NodeGap[] => gaps.listAll(fromMs, toMs, limit),
    profile: (id: string): Profile | null => profiles.get(id),
    profiles: (filter: { node?: string; beforeMs?: number; limit: number }): readonly Profile[] =>
      profiles.list(filter),
    profileParts: (parentId: string): readonly Profile[] => profiles.parts(parentId),
    windows: (filter: WindowFilter): readonly Profile[] => profiles.windows(filter),
    continuousProfile: (id: string): ContinuousProfile | null => continuous.get(id),
    continuousProfiles: (limit: number): readonly ContinuousProfile[] => continuous.list(limit),
    command: (id: string): Command | null => commands.get(id),
    commands: (filter: { beforeMs?: number; limit: number }): readonly Command[] => commands.list(filter),
    audit: (filter: { beforeMs?: number; limit: number }): readonly AuditRecord[] => audit.list(filter),
    identities: (kind: string): readonly IdentityRecord[] => identities.list(kind),
    /** What could not be believed, newest first, and how much there ever was. */
    quarantined: (limit: number): { readonly total: number; readonly items: readonly QuarantinedRow[] } => ({
      total: quarantine.total(),
      items: quarantine.list(limit),
    }),
  };
}
