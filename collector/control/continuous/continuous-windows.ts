// One window of a continuous profile. In: the continuous profile and the moment of the window's begin. Out: a part on each of its
// nodes, all of which begin at that moment; when all are over, one merged profile.
//
// Invariants: a window is stored before its parts; what could not be merged is tried again until it is; a node that cannot take
// part is named in the window.
import type { Clock } from '../../../shared/clock.ts';
import type { ContinuousProfile } from '../../../shared/model/continuous-profile.ts';
import { isProfileOver, type Profile, untoldProfile } from '../../../shared/model/profile.ts';
import type { ContinuousStore, ProfileStore } from '../../store/store.ts';
import { beginPart } from '../begin-part.ts';
import { createId } from '../identifiers.ts';
import type { ProfileGroups } from '../profile-groups.ts';
import type { NodeProfile, ProfileLifecycle } from '../profile-lifecycle.ts';
import { stateOfWindow } from './window-state.ts';

export interface ContinuousWindowsOptions {
  readonly store: ProfileStore & ContinuousStore;
  readonly groups: ProfileGroups;
  readonly lifecycle: ProfileLifecycle;
  readonly clock: Clock;
  readonly clockOffsetMs: (node: string) => number;
  readonly onError: (error: unknown) => void;
  /** It is over; soon it is merged. */
  readonly onOver: (window: Profile) => void;
}

/** More are never open at once. */
const mostOpen = 50;

export class ContinuousWindows {
  readonly #options: ContinuousWindowsOptions;
  readonly #unmerged = new Set<string>();
  readonly #open = new Map<string, Set<string>>();
  readonly #work = new Set<Promise<void>>();
  #begun = 0;
  #merged = 0;

  constructor(options: ContinuousWindowsOptions) {
    this.#options = options;
  }

  get statistics() {
    return { begun: this.#begun, merged: this.#merged, unmerged: this.#unmerged.size };
  }

  /** Takes up the windows that were open when the collector ended. */
  async load({ id }: ContinuousProfile): Promise<void> {
    const { store, groups, lifecycle } = this.#options;
    const all = { of: id, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: mostOpen };
    for (const window of await store.windows(all)) {
      const parts = await store.profileParts(window.id);
      if (isProfileOver(window.status)) {
        if (parts.length > 0) this.#merge(window.id);
        continue;
      }
      this.#opened(id, window.id);
      groups.add(window, parts, this.#end);
      lifecycle.resume(parts, 'window');
    }
  }

  async begin(profile: ContinuousProfile, nodes: readonly string[], beginMs: number): Promise<void> {
    const { store, groups, clockOffsetMs } = this.#options;
    const create = () => windowOf(profile, beginMs);
    const whole = { node: null, nodeCount: nodes.length, parentId: profile.id };
    const window: Profile = { ...create(), ...whole };
    await store.putProfile(window);
    const parts = nodes.map((node) => {
      const startAtMs = Math.round(beginMs + clockOffsetMs(node));
      return { ...create(), node, parentId: window.id, startAtMs };
    });
    this.#begun += 1;
    this.#opened(profile.id, window.id);
    groups.add(window, parts, this.#end);
    await Promise.all(parts.map((part) => beginPart(this.#options, part, 'window')));
  }

  /** Ends the windows of a continuous profile that are open; what they have is kept. */
  stop(profileId: string): void {
    const { groups, lifecycle } = this.#options;
    for (const window of this.#open.get(profileId) ?? [])
      for (const part of groups.partsOf(window)) lifecycle.stop(part.id);
  }

  /** Tries again what could not be merged. */
  sweep(): void {
    const again = [...this.#unmerged];
    this.#unmerged.clear();
    for (const id of again) this.#merge(id);
  }

  /** Resolves when what is under way is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#work);
  }

  get #end() {
    return {
      stateOf: stateOfWindow,
      onOver: (window: Profile): void => {
        const open = this.#open.get(window.parentId ?? '');
        open?.delete(window.id);
        if (open?.size === 0) this.#open.delete(window.parentId ?? '');
        this.#options.onOver(window);
        this.#merge(window.id);
      },
    };
  }

  #opened(profileId: string, windowId: string): void {
    const known = this.#open.get(profileId);
    if (known === undefined) this.#open.set(profileId, new Set([windowId]));
    else known.add(windowId);
  }

  #merge(id: string): void {
    const work = this.#options.store
      .mergeParts(id)
      .then(
        () => {
          this.#merged += 1;
        },
        (error: unknown) => {
          this.#unmerged.add(id);
          this.#options.onError(error);
        },
      )
      .finally(() => this.#work.delete(work));
    this.#work.add(work);
  }
}

function windowOf(
  { job, event, frequencyHz, windowMs, startedBy, owner }: ContinuousProfile,
  beginMs: number,
): Omit<NodeProfile, 'node' | 'parentId'> {
  return {
    id: createId('prf', beginMs),
    target: job === null ? { kind: 'node' } : { kind: 'job', job },
    event,
    durationMs: windowMs,
    frequencyHz,
    callGraph: 'fp',
    withInlined: false,
    startAtMs: beginMs,
    createdTimeMs: beginMs,
    nodeCount: 1,
    ...untoldProfile,
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(owner === undefined ? {} : { owner }),
  };
}
