// In: records of one kind. Out: all of them from memory, at once; each new one is on disk before anybody is told of it, and one
// that goes is out of force at once.
import type { IdentityStore } from '../../store/store.ts';

export class KeptRecords<T extends object> {
  readonly #store: IdentityStore;
  readonly #kind: string;
  readonly #kept = new Map<string, T>();

  constructor(store: IdentityStore, kind: string) {
    this.#store = store;
    this.#kind = kind;
  }

  /** Once, before anything else. The bodies are those of `put`. */
  async load(): Promise<void> {
    for (const { id, body } of await this.#store.identities(this.#kind)) {
      if (body !== null) this.#kept.set(id, body as T);
    }
  }

  get size(): number {
    return this.#kept.size;
  }

  get(id: string): T | undefined {
    return this.#kept.get(id);
  }

  entries(): readonly (readonly [id: string, record: T])[] {
    return [...this.#kept];
  }

  async put(id: string, record: T): Promise<void> {
    await this.#store.putIdentities([{ kind: this.#kind, id, body: record }]);
    this.#kept.set(id, record);
  }

  /** In force at once, on disk when it resolves. For what takes rights away. */
  async replace(id: string, record: T): Promise<void> {
    this.#kept.set(id, record);
    await this.#store.putIdentities([{ kind: this.#kind, id, body: record }]);
  }

  /** Out of force at once, off the disk when it resolves. */
  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#kept.delete(id));
    if (known.length === 0) return;
    await this.#store.putIdentities(known.map((id) => ({ kind: this.#kind, id, body: null })));
  }
}
