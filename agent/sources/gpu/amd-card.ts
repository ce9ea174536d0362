// One card of the amdgpu driver. In: its folder below /sys/class/drm, read through a door that may not come back.
// Out: values of its columns, its facts, its RAS counters. A pass gives a new set of values only when it is through, so
// that a card that hangs midway is not told half.

import { errorCode } from '../../../shared/errors.ts';
import type { Labels } from '../../../shared/model/metric.ts';
import { truncate, visible } from '../../../shared/text.ts';
import type { BackgroundFiles } from '../../host/background-files.ts';
import { isAbsence } from '../reading.ts';
import { SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { type AmdColumn, amdColumns, amdMetrics, parseRas } from './amd-columns.ts';
import { gpuMetrics } from './gpu-metrics.ts';

const rasErrors = ['uncorrectable', 'correctable'] as const;
const mostBlocks = 32;
const longestFact = 64;

interface Part {
  readonly row: SeriesRow;
  readonly values: ArrayLike<number>;
}

export class AmdCard {
  readonly #name: string;
  readonly #device: string;
  readonly #files: BackgroundFiles;
  /** As node_exporter names the chip of its sensors; empty when not known. */
  readonly #chip: string;
  readonly #row: SeriesRow;
  readonly #rasRows = new Map<string, SeriesRow>();
  readonly #absent = new Set<string>();
  #hwmon: string | null = null;
  #slowValues = new Float64Array(amdColumns.length).fill(Number.NaN);
  #slowParts: readonly Part[] = [];
  #parts: readonly Part[] = [];

  constructor(options: { name: string; folder: string; chip: string; files: BackgroundFiles }) {
    this.#name = options.name;
    this.#device = `${options.folder}/${options.name}/device`;
    this.#chip = options.chip;
    this.#files = options.files;
    this.#row = new SeriesRow(
      amdColumns.map(({ metric, labels }) => ({ metric, labels: this.#labels(metric.name, labels) })),
    );
  }

  set(sink: SampleSink): void {
    for (const { row, values } of this.#parts) {
      for (let i = 0; i < values.length; i += 1) row.set(sink, i, values[i] ?? Number.NaN);
    }
  }

  /** Reads the card anew. Rejects when a call did not come back; what cannot be read otherwise is absent. */
  async read(isSlow: boolean): Promise<void> {
    if (isSlow) {
      this.#absent.clear();
      this.#hwmon = await this.#findHwmon();
      this.#slowValues = await this.#readColumns(true);
      this.#slowParts = [await this.#readFacts(), ...(await this.#readRas())];
    }
    const values = await this.#readColumns(false);
    for (const [i, { isSlow: stands }] of amdColumns.entries()) {
      if (stands) values[i] = this.#slowValues[i] ?? Number.NaN;
    }
    this.#parts = [{ row: this.#row, values }, ...this.#slowParts];
  }

  async #readColumns(isSlow: boolean): Promise<Float64Array<ArrayBuffer>> {
    const values = new Float64Array(amdColumns.length).fill(Number.NaN);
    let path = '';
    let text: string | null = null;
    for (const [i, column] of amdColumns.entries()) {
      if (column.isSlow !== isSlow) continue;
      const next = this.#pathOf(column);
      // Columns of one file stand side by side: it is read once.
      if (next !== path) text = next === '' ? null : await this.#readText(next);
      path = next;
      if (text !== null) values[i] = column.parse(text);
    }
    return values;
  }

  #pathOf({ file, isHwmon }: AmdColumn): string {
    if (!isHwmon) return `${this.#device}/${file}`;
    return this.#hwmon === null ? '' : `${this.#hwmon}/${file}`;
  }

  async #readFacts(): Promise<Part> {
    const fact = async (file: string): Promise<string> => {
      const text = await this.#readText(`${this.#device}/${file}`);
      return truncate(visible(text ?? ''), longestFact);
    };
    const unique_id = await fact('unique_id');
    const memory_vendor = await fact('mem_info_vram_vendor');
    const power_performance_level = await fact('power_dpm_force_performance_level');
    const name = await fact('product_name');
    const chip = this.#chip === '' ? {} : { chip: this.#chip };
    const card = {
      card: this.#name,
      memory_vendor,
      power_performance_level,
      unique_id,
      vendor: 'amd',
    };
    const columns = [
      { metric: amdMetrics.cardInfo, labels: card },
      {
        metric: gpuMetrics.info,
        labels: { gpu: this.#name, uuid: unique_id, name, driver: 'amdgpu', ...chip },
      },
    ];
    return { row: new SeriesRow(columns), values: [1, 1] };
  }

  async #readRas(): Promise<readonly Part[]> {
    const parts: Part[] = [];
    const files = (await this.#list(`${this.#device}/ras`)).toSorted();
    for (const file of files.slice(0, mostBlocks)) {
      const block = /^([a-z0-9_]{1,24})_err_count$/.exec(file)?.[1];
      if (block === undefined) continue;
      const { uncorrectable, correctable } = parseRas(
        (await this.#readText(`${this.#device}/ras/${file}`)) ?? '',
      );
      parts.push({ row: this.#rasRow(block), values: [uncorrectable, correctable] });
    }
    return parts;
  }

  #rasRow(block: string): SeriesRow {
    const known = this.#rasRows.get(block);
    if (known !== undefined) return known;
    const row = new SeriesRow(
      rasErrors.map((error) => ({ metric: amdMetrics.ras, labels: { gpu: this.#name, block, error } })),
    );
    this.#rasRows.set(block, row);
    return row;
  }

  async #findHwmon(): Promise<string | null> {
    const names = await this.#list(`${this.#device}/hwmon`);
    const name = names.find((entry) => /^hwmon\d{1,4}$/.test(entry));
    return name === undefined ? null : `${this.#device}/hwmon/${name}`;
  }

  /** null when it is not there or cannot be read now. */
  async #readText(path: string): Promise<string | null> {
    if (this.#absent.has(path)) return null;
    try {
      return await this.#files.readText(path);
    } catch (error) {
      if (isHanging(error)) throw error;
      if (isAbsence(error)) this.#absent.add(path);
      return null;
    }
  }

  async #list(path: string): Promise<readonly string[]> {
    try {
      return await this.#files.list(path);
    } catch (error) {
      if (isHanging(error)) throw error;
      // Not every card has the folder.
      return [];
    }
  }

  #labels(metric: string, labels: Labels): Labels {
    return metric.startsWith('node_') ? { card: this.#name, ...labels } : { gpu: this.#name, ...labels };
  }
}

export function isHanging(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ETIMEDOUT' || code === 'EINPROGRESS';
}
