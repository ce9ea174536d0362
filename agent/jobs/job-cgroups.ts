// Knows which jobs have control groups on this node. In: the trees of control groups, v1 and v2. Out: one entry per job
// with its folders and its user. Invariants: an entry stays the same object while its job has the same folders; never
// more than `mostJobs` entries, what is above is counted. It is looked at again every few seconds, not at every tick.
import type { Host } from '../host/host.ts';
import { findJobPlaces, findOwner, listFolder } from './job-folders.ts';
import { parseJobPath, type SchedulerName } from './job-identity.ts';

const mostJobs = 256;
const listEveryMs = 5_000;
const findPlacesEveryMs = 30_000;
const mostOwnerLooks = 12;
/** Control groups v1 that tell something here; the first that has a job tells whose it is. */
const controllers = ['cpuacct', 'memory', 'blkio', 'pids', 'cpuset', 'freezer', 'cpu'] as const;

export type Controller = (typeof controllers)[number] | 'unified';

export interface JobCgroup {
  readonly scheduler: SchedulerName;
  readonly job: string;
  /** Where each controller has the job; `unified` is the tree of control groups v2. */
  readonly folders: Readonly<Partial<Record<Controller, string>>>;
  /** null while it is not known. */
  readonly uid: number | null;
}

interface Entry extends JobCgroup {
  readonly folders: Partial<Record<Controller, string>>;
  uid: number | null;
  ownerLooks: number;
}

interface Hierarchy {
  readonly controller: Controller;
  readonly mount: string;
  places: readonly string[];
}

export class JobCgroups {
  /** Jobs that the bound kept out at the last listing. */
  droppedCount = 0;
  readonly #host: Host;
  #hierarchies: readonly Hierarchy[] = [];
  #entries = new Map<string, Entry>();
  #jobs: readonly JobCgroup[] = [];
  #placesAtMs = Number.NEGATIVE_INFINITY;
  #listedAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  /** True when this machine mounts control groups at all. */
  get isPresent(): boolean {
    return findHierarchies(this.#host).length > 0;
  }

  /** The jobs of now, or of a few seconds ago. `nowMs` is monotonic. */
  list(nowMs: number): readonly JobCgroup[] {
    if (nowMs - this.#placesAtMs >= findPlacesEveryMs) this.#findPlaces(nowMs);
    if (nowMs - this.#listedAtMs >= listEveryMs) this.#listJobs(nowMs);
    return this.#jobs;
  }

  /** Looks anew at the next call: someone saw a job that is not in the list. */
  expire(): void {
    this.#placesAtMs = Number.NEGATIVE_INFINITY;
    this.#listedAtMs = Number.NEGATIVE_INFINITY;
  }

  #findPlaces(nowMs: number): void {
    this.#placesAtMs = nowMs;
    this.#hierarchies = findHierarchies(this.#host);
    for (const hierarchy of this.#hierarchies) hierarchy.places = findJobPlaces(this.#host, hierarchy.mount);
  }

  #listJobs(nowMs: number): void {
    this.#listedAtMs = nowMs;
    this.droppedCount = 0;
    const found = new Map<string, Entry>();
    for (const { controller, mount, places } of this.#hierarchies) {
      for (const place of places) {
        for (const name of listFolder(this.#host, `${mount}${place}`)) {
          this.#note(found, controller, { mount, path: `${place}/${name}` });
        }
      }
    }
    for (const [key, entry] of found) {
      const known = this.#entries.get(key);
      const isSame = known !== undefined && JSON.stringify(known.folders) === JSON.stringify(entry.folders);
      const kept = isSame ? known : { ...entry, uid: entry.uid ?? known?.uid ?? null };
      if (kept.uid === null) this.#lookForOwner(kept);
      found.set(key, kept);
    }
    this.#entries = found;
    this.#jobs = [...found.values()];
  }

  #note(
    found: Map<string, Entry>,
    controller: Controller,
    { mount, path }: { readonly mount: string; readonly path: string },
  ): void {
    const identity = parseJobPath(path);
    // A scope in the slice of a parallel job is a part of the job.
    if (identity === null || identity.step !== null) return;
    const { scheduler, job } = identity;
    const key = `${scheduler} ${job}`;
    let entry = found.get(key);
    if (entry === undefined) {
      if (found.size >= mostJobs) {
        this.droppedCount += 1;
        return;
      }
      const uid = /\/uid_(\d{1,10})\//.exec(path)?.[1];
      entry = { scheduler, job, folders: {}, uid: uid === undefined ? null : Number(uid), ownerLooks: 0 };
      found.set(key, entry);
    }
    entry.folders[controller] ??= `${mount}${path}`;
  }

  #lookForOwner(entry: Entry): void {
    const [folder] = Object.values(entry.folders);
    if (folder === undefined || entry.ownerLooks >= mostOwnerLooks) return;
    entry.ownerLooks += 1;
    entry.uid = findOwner(this.#host, folder);
  }
}

/** Which trees are mounted. On most machines `cpuacct` is a link to the tree `cpu,cpuacct`. */
function findHierarchies(host: Host): readonly Hierarchy[] {
  const root = `${host.roots.sys}/fs/cgroup`;
  const isUnified = (mount: string): boolean =>
    host.fileFacts(`${mount}/cgroup.controllers`)?.isFile === true;
  if (isUnified(root)) return [{ controller: 'unified', mount: root, places: [] }];
  const trees = listFolder(host, root).filter((name) => host.fileFacts(`${root}/${name}`)?.isFolder === true);
  const found: Hierarchy[] = [];
  for (const controller of controllers) {
    const name = trees.find((tree) => tree.split(',').includes(controller));
    if (name !== undefined) found.push({ controller, mount: `${root}/${name}`, places: [] });
  }
  if (isUnified(`${root}/unified`))
    found.push({ controller: 'unified', mount: `${root}/unified`, places: [] });
  return found;
}
