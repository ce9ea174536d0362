// What one document of nvidia-smi told: per GPU its values, facts, MIG devices and processes. In: parts in the order of
// the document. Out: a reading, with bounds on everything that is counted.
import { gpuColumns, migColumns } from './nvidia-columns.ts';

const mostGpus = 64;
const mostMigs = 16;
const mostProcesses = 4096;

export interface MigReading {
  readonly index: string;
  readonly gpuInstance: string;
  readonly computeInstance: string;
  /** One per column of a MIG device; NaN is absent. */
  readonly values: Float64Array;
}

export interface GpuProcess {
  readonly pid: number;
  readonly bytes: number;
}

export interface GpuReading {
  readonly uuid: string;
  readonly name: string;
  /** As the kernel writes it: 0000:3b:00.0. */
  readonly pciAddress: string;
  /** One per column of a GPU; NaN is absent. */
  readonly values: Float64Array;
  readonly migs: readonly MigReading[];
  /** Bytes are NaN where the driver does not tell them; null when it tells no processes at all. */
  readonly processes: readonly GpuProcess[] | null;
}

export interface NvidiaReading {
  readonly driver: string;
  /** In the order of nvidia-smi's numbers. */
  readonly gpus: readonly GpuReading[];
}

interface OpenGpu {
  tellsProcesses: boolean;
  readonly facts: Map<string, string>;
  readonly values: Float64Array;
  readonly migs: OpenMig[];
  readonly processes: OpenProcess[];
}

interface OpenMig {
  readonly facts: Map<string, string>;
  readonly values: Float64Array;
}

interface OpenProcess {
  pid: number;
  bytes: number;
}

/** Collects what the walk finds; the newest GPU, MIG device and process is the one that is open. */
export class ReadingBuilder {
  driver = '';
  readonly #gpus: OpenGpu[] = [];

  openGpu(tag: string): void {
    const address = /id="([0-9A-Fa-f:.]{1,32})"/.exec(tag)?.[1] ?? '';
    this.#gpus.push({
      tellsProcesses: false,
      facts: new Map([['pci', address]]),
      values: new Float64Array(gpuColumns.length).fill(Number.NaN),
      migs: [],
      processes: [],
    });
  }

  openMig(): void {
    const values = new Float64Array(migColumns.length).fill(Number.NaN);
    this.gpu?.migs.push({ facts: new Map(), values });
  }

  openProcess(): void {
    this.gpu?.processes.push({ pid: Number.NaN, bytes: Number.NaN });
  }

  get gpu(): OpenGpu | undefined {
    return this.#gpus.at(-1);
  }

  get mig(): OpenMig | undefined {
    return this.gpu?.migs.at(-1);
  }

  get process(): OpenProcess | undefined {
    return this.gpu?.processes.at(-1);
  }

  finish(): NvidiaReading {
    return { driver: this.driver, gpus: this.#gpus.slice(0, mostGpus).map(finishGpu) };
  }
}

function finishGpu({ facts, values, migs, processes, tellsProcesses }: OpenGpu): GpuReading {
  return {
    uuid: facts.get('uuid') ?? '',
    name: facts.get('name') ?? '',
    pciAddress: kernelAddress(facts.get('pci') ?? ''),
    values,
    migs: migs.slice(0, mostMigs).map((mig) => ({
      index: mig.facts.get('index') ?? '',
      gpuInstance: mig.facts.get('gpuInstance') ?? '',
      computeInstance: mig.facts.get('computeInstance') ?? '',
      values: mig.values,
    })),
    processes: tellsProcesses ? processes.slice(0, mostProcesses).filter(({ pid }) => pid > 0) : null,
  };
}

/** nvidia-smi writes the domain with eight digits, in capitals. */
function kernelAddress(address: string): string {
  return address.toLowerCase().replace(/^0{4}(?=[0-9a-f]{4}:)/, '');
}
