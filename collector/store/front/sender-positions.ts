// In: numbers of one sender, promised when their record is appended, stored once it is synced. Out: which are there.
//
// Invariants: what is stored was promised; what was promised and refused is forgotten; at most as many ranges of each
// class as `SequenceRanges` keeps.
import { type DataClass, dataClasses, type StoredPosition } from '../../../shared/model/delivery.ts';
import { SequenceRanges } from '../../../shared/sequence-ranges.ts';
import type { Mark } from '../log/log-entry.ts';

interface ClassPositions {
  readonly stored: SequenceRanges;
  promised: SequenceRanges;
  readonly underWay: Set<Mark>;
}

export class SenderPositions {
  readonly #classes = new Map<DataClass, ClassPositions>();

  constructor(positions: readonly StoredPosition[]) {
    for (const { dataClass, sequence, beyond } of positions) this.#set(dataClass, sequence, beyond);
  }

  isStored(dataClass: DataClass, sequence: number): boolean {
    return this.#classes.get(dataClass)?.stored.has(sequence) ?? false;
  }

  /** What is stored or on its way to the disk. */
  promised(dataClass: DataClass): SequenceRanges {
    return this.#of(dataClass).promised;
  }

  /** Something of the sender is on its way to the disk. */
  get isBusy(): boolean {
    return [...this.#classes.values()].some(({ underWay }) => underWay.size > 0);
  }

  /** False, and nothing changes, when its class has too many holes. */
  promise(mark: Mark): boolean {
    const positions = this.#of(mark.dataClass);
    if (!positions.promised.add(mark.range)) return false;
    positions.underWay.add(mark);
    return true;
  }

  store(mark: Mark): void {
    const positions = this.#of(mark.dataClass);
    positions.underWay.delete(mark);
    positions.stored.add(mark.range);
  }

  refuse(mark: Mark): void {
    const positions = this.#of(mark.dataClass);
    if (!positions.underWay.delete(mark)) return;
    const { stored, underWay } = positions;
    positions.promised = new SequenceRanges(stored.sequence, stored.beyond);
    for (const { range } of underWay) positions.promised.add(range);
  }

  all(): readonly StoredPosition[] {
    return dataClasses.flatMap((dataClass) => {
      const stored = this.#classes.get(dataClass)?.stored;
      if (stored === undefined || stored.highest === 0) return [];
      return [{ dataClass, sequence: stored.sequence, beyond: [...stored.beyond] }];
    });
  }

  #of(dataClass: DataClass): ClassPositions {
    return this.#classes.get(dataClass) ?? this.#set(dataClass, 0, []);
  }

  #set(dataClass: DataClass, sequence: number, beyond: StoredPosition['beyond']): ClassPositions {
    const positions = {
      stored: new SequenceRanges(sequence, beyond),
      promised: new SequenceRanges(sequence, beyond),
      underWay: new Set<Mark>(),
    };
    this.#classes.set(dataClass, positions);
    return positions;
  }
}
