// Profiles on several nodes. In: their parts, each a profile on one node, and how these change. Out: the profile that they make
// together, stored and told a few times a second at most.
//
// Invariants: the parent is stored before its parts; it is over when all its parts are; a part that was never begun is a
// failed one, so every node that was asked for is named.
import type { Clock } from '../../shared/clock.ts';
import {
  isProfileOver,
  type Profile,
  type ProfileReport,
  type ProfileState,
} from '../../shared/model/profile.ts';
import { stateOfParts, takeReport } from '../../shared/profile-state.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { ProfileStore } from '../store/store.ts';
import type { AuditTrail } from './audit-trail.ts';

const tellEveryMs = 250;

export interface ProfileGroupsOptions {
  readonly store: ProfileStore;
  readonly bus: LiveBus;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Of a window: neither told live nor noted in the audit log. */
export interface WindowEnd {
  readonly stateOf: (parts: readonly Profile[]) => Partial<ProfileState>;
  readonly onOver: (window: Profile) => void;
}

interface Group {
  parent: Profile;
  readonly window: WindowEnd | null;
  readonly parts: Map<string, Profile>;
  isTelling: boolean;
}

export class ProfileGroups {
  readonly #options: ProfileGroupsOptions;
  readonly #open = new Map<string, Group>();

  constructor(options: ProfileGroupsOptions) {
    this.#options = options;
  }

  /** `parts`: all of them, as they were just stored. */
  add(parent: Profile, parts: readonly Profile[], window: WindowEnd | null = null): void {
    const byId = new Map(parts.map((part) => [part.id, part]));
    const group = { parent, window, parts: byId, isTelling: false };
    this.#open.set(parent.id, group);
    this.#tellSoon(group);
  }

  /** Those that are still open. */
  partsOf(parentId: string): readonly Profile[] {
    return [...(this.#open.get(parentId)?.parts.values() ?? [])].filter(
      ({ status }) => !isProfileOver(status),
    );
  }

  has(parentId: string): boolean {
    return this.#open.has(parentId);
  }

  forget(parentId: string): void {
    this.#open.delete(parentId);
  }

  reported({ parentId, id }: Pick<Profile, 'parentId' | 'id'>, report: ProfileReport): void {
    this.#change(parentId, id, (part) => takeReport(part, report));
  }

  failed(part: Profile): void {
    this.#change(part.parentId, part.id, () => part);
  }

  #change(parentId: string | null, id: string, change: (part: Profile) => Profile): void {
    const group = parentId === null ? undefined : this.#open.get(parentId);
    const part = group?.parts.get(id);
    if (group === undefined || part === undefined) return;
    group.parts.set(id, change(part));
    this.#tellSoon(group);
  }

  #tellSoon(group: Group): void {
    if (group.isTelling) return;
    group.isTelling = true;
    this.#options.clock.after(tellEveryMs, () => {
      group.isTelling = false;
      this.#tell(group).catch(this.#options.onError);
    });
  }

  async #tell(group: Group): Promise<void> {
    const { store, bus, audit } = this.#options;
    const { id } = group.parent;
    if (!this.#open.has(id)) return;
    const { window } = group;
    const stateOf = window?.stateOf ?? stateOfParts;
    group.parent = { ...group.parent, ...stateOf([...group.parts.values()]) };
    await store.putProfile(group.parent);
    if (window === null) bus.publish({ kind: 'profile', id });
    const { status, reason } = group.parent;
    if (!isProfileOver(status) || !this.#open.delete(id)) return;
    if (window !== null) return window.onOver(group.parent);
    await audit('profile-ended', 'collector', id, {
      nodes: group.parts.size,
      status,
      reason: reason?.code ?? null,
    });
  }
}
