// Batches that were sent and not answered. In: batches, positions. Out: those that a position settles.
import type { DataClass, StoredPosition } from '../../../shared/model/delivery.ts';
import { isNamed, type KeptBatch } from './light-spool.ts';

export class UnderWay {
  readonly #sent = new Map<DataClass, Map<number, KeptBatch>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(batch: KeptBatch): void {
    const { dataClass, sequence } = batch;
    let sent = this.#sent.get(dataClass);
    if (sent === undefined) {
      sent = new Map();
      this.#sent.set(dataClass, sent);
    }
    sent.set(sequence, batch);
    this.#count += 1;
  }

  remove(dataClass: DataClass, sequence: number): void {
    if (this.#sent.get(dataClass)?.delete(sequence) === true) this.#count -= 1;
  }

  settle(position: StoredPosition): readonly KeptBatch[] {
    const sent = this.#sent.get(position.dataClass);
    if (sent === undefined) return [];
    const settled = [...sent.values()].filter(({ sequence }) => isNamed(position, sequence));
    for (const { sequence } of settled) sent.delete(sequence);
    this.#count -= settled.length;
    return settled;
  }

  clear(): void {
    this.#sent.clear();
    this.#count = 0;
  }
}
