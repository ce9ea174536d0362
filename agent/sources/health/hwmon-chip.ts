// The sensors of one chip. In: its folder. Out: its series. Limits are read when the chip is listed, not at each
// reading. Invariant: what a slow chip answered is set once.
import type { Host } from '../../host/host.ts';
import { type FolderRow, listNames } from '../folder-rows.ts';
import { type NumberFile, NumberFiles, readLine } from '../number-files.ts';
import { type SeriesColumn, SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';
import { chipNamesMetric, cleanName, hwmonFolder, labelMetric, sensorKinds } from './hwmon-names.ts';

/** Drivers that ask a drive or a board controller, and may wait long for it. */
const slowDrivers = new Set(['nvme', 'drivetemp', 'power_meter', 'ibmaem', 'ibmpex']);
const fileLimit = 512;

export class HwmonChip implements FolderRow {
  readonly isSlow: boolean;
  readonly #host: Host;
  readonly #sensors: NumberFiles;
  readonly #limits: NumberFiles;
  readonly #facts: SeriesRow;
  readonly #factCount: number;
  readonly #firstPath: string | undefined;
  #hasLimits = false;
  #hasAnswered = false;

  constructor(host: Host, folder: string, chip: string) {
    const place = `${hwmonFolder(host)}/${folder}`;
    const names = listNames(host, place, /_(input|average|max|crit|cap|label)$/).slice(0, fileLimit);
    const sensors = filesOf(place, chip, names, false);
    const driver = cleanName(readLine(host, `${place}/name`) ?? '');
    const facts = factsOf(host, { place, chip, driver, names });
    this.#host = host;
    this.#sensors = new NumberFiles(host, sensors);
    this.#limits = new NumberFiles(host, filesOf(place, chip, names, true));
    this.#facts = new SeriesRow(facts);
    this.#factCount = facts.length;
    this.#firstPath = sensors[0]?.path;
    this.isSlow = slowDrivers.has(driver);
  }

  read(sink: SampleSink): void {
    this.#sensors.read(sink);
    this.#setRest(sink);
  }

  /** Asks the chip on another thread, and reads it when it has answered. Never rejects. */
  async ask(): Promise<void> {
    if (this.#firstPath === undefined) return;
    try {
      await this.#host.wake(this.#firstPath);
      this.#sensors.load();
      this.#hasAnswered = true;
    } catch {
      // It cannot tell, or has not yet come back: absent.
    }
  }

  setAnswered(sink: SampleSink): void {
    if (!this.#hasAnswered) return;
    this.#hasAnswered = false;
    this.#sensors.set(sink);
    this.#setRest(sink);
  }

  again(): void {
    this.#sensors.again();
    this.#hasLimits = false;
  }

  close(): void {
    this.#sensors.close();
    this.#hasLimits = false;
  }

  #setRest(sink: SampleSink): void {
    if (!this.#hasLimits) {
      this.#hasLimits = true;
      this.#limits.load();
      this.#limits.close();
    }
    this.#limits.set(sink);
    for (let i = 0; i < this.#factCount; i += 1) this.#facts.set(sink, i, 1);
  }
}

function filesOf(
  place: string,
  chip: string,
  names: readonly string[],
  isFixed: boolean,
): readonly NumberFile[] {
  return sensorKinds
    .filter((kind) => kind.isFixed === isFixed)
    .flatMap(({ file, metric, divisor, unknownFrom }) =>
      names.flatMap((name) => {
        const sensor = file.exec(name)?.[1];
        return sensor === undefined
          ? []
          : [{ path: `${place}/${name}`, metric, labels: { chip, sensor }, divisor, unknownFrom }];
      }),
    );
}

interface ChipFacts {
  readonly place: string;
  readonly chip: string;
  readonly driver: string;
  readonly names: readonly string[];
}

function factsOf(host: Host, { place, chip, driver, names }: ChipFacts): readonly SeriesColumn[] {
  const facts: SeriesColumn[] = [];
  if (driver !== '') facts.push({ metric: chipNamesMetric, labels: { chip, chip_name: driver } });
  for (const name of names) {
    const sensor = /^((?:temp|fan|power|in|curr|energy)\d{1,3})_label$/.exec(name)?.[1];
    const label = sensor === undefined ? null : readLine(host, `${place}/${name}`);
    if (sensor !== undefined && label !== null)
      facts.push({ metric: labelMetric, labels: { chip, sensor, label } });
  }
  return facts;
}
