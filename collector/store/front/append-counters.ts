// In: what became of appended batches. Out: how many of each.
import type { DataClass } from '../../../shared/model/delivery.ts';
import type { AppendOutcome, StoreStatistics } from '../store.ts';

export class AppendCounters {
  readonly #batches: Record<DataClass, number> = { result: 0, event: 0, metric: 0, process: 0, profile: 0 };
  #duplicates = 0;
  #ignoredReports = 0;

  count(dataClass: DataClass, outcome: AppendOutcome): void {
    if (outcome === 'stored') this.#batches[dataClass] += 1;
    if (outcome === 'duplicate') this.#duplicates += 1;
  }

  countIgnored(reports: number): void {
    this.#ignoredReports += reports;
  }

  read(): Pick<StoreStatistics, 'batches' | 'duplicates' | 'ignoredReports'> {
    return {
      batches: { ...this.#batches },
      duplicates: this.#duplicates,
      ignoredReports: this.#ignoredReports,
    };
  }
}
