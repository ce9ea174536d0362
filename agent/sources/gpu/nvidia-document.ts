// One document of `nvidia-smi -q -x`. In: its bytes. Out: per GPU the values of the columns, its facts, its MIG devices
// and the memory of its processes; null when the document is not whole. Elements that nobody asks for are passed over
// without being looked at (the list of supported clocks is most of a document). It knows no other XML than nvidia-smi's:
// no comments, no CDATA, no element inside one of the same name.
import { truncate, visible } from '../../../shared/text.ts';
import { type Column, gpuColumns, migColumns, parseQuantity } from './nvidia-columns.ts';

export interface MigReading {
  readonly index: string;
  readonly gpuInstance: string;
  readonly computeInstance: string;
  /** One per column of a MIG device; NaN is absent. */
  readonly values: Float64Array;
}

export interface GpuReading {
  readonly uuid: string;
  readonly name: string;
  /** As the kernel writes it: 0000:3b:00.0. */
  readonly pciAddress: string;
  /** One per column of a GPU; NaN is absent. */
  readonly values: Float64Array;
  readonly migs: readonly MigReading[];
  readonly processes: readonly { readonly pid: number; readonly bytes: number }[];
}

export interface NvidiaReading {
  readonly driver: string;
  /** In the order of nvidia-smi's numbers. */
  readonly gpus: readonly GpuReading[];
}

const rootName = 'nvidia_smi_log';
const mostGpus = 64;
const mostMigs = 16;
const mostProcesses = 4096;
const mostDepth = 8;
const longestFact = 96;

export function parseNvidiaDocument(document: Buffer): NvidiaReading | null {
  const text = document.toString('latin1');
  // What was printed before the newest beginning is the rest of a broken one.
  const start = text.lastIndexOf(`<${rootName}>`);
  if (start < 0) return null;
  const builder = new Builder();
  return walk(text, start + rootName.length + 2, builder) ? builder.finish() : null;
}

/** What of an element is worth looking at: its children by name, and the column its text goes to. */
interface Plan {
  readonly children: Map<string, Plan>;
  readonly onText: ((builder: Builder, text: string) => void) | null;
  readonly onOpen: ((builder: Builder, attributes: string) => void) | null;
}

/** Goes over the elements that are in the plan; false when one is not closed, or the end is not where it must be. */
function walk(text: string, begin: number, builder: Builder): boolean {
  const plans: Plan[] = [documentPlan];
  const names: string[] = [rootName];
  let position = begin;
  for (;;) {
    const open = text.indexOf('<', position);
    const close = text.indexOf('>', open);
    const plan = plans.at(-1);
    if (open < 0 || close < 0 || plan === undefined) return false;
    if (text.charCodeAt(open + 1) === slash) {
      if (text.slice(open + 2, close) !== names.pop()) return false;
      plan.onText?.(builder, text.slice(position, open).trim());
      plans.pop();
      if (plans.length === 0) return true;
      position = close + 1;
      continue;
    }
    const tag = text.slice(open + 1, close);
    const blank = tag.indexOf(' ');
    const name = blank < 0 ? tag : tag.slice(0, blank);
    const child = plan.children.get(name);
    if (child === undefined || plans.length >= mostDepth) {
      position = skip(text, close, tag);
      if (position < 0) return false;
      continue;
    }
    child.onOpen?.(builder, tag);
    plans.push(child);
    names.push(name);
    position = close + 1;
  }
}

const slash = 47;

/** Where the element that opened just before `close` ends; -1 when it does not. */
function skip(text: string, close: number, tag: string): number {
  if (tag.endsWith('/')) return close + 1;
  const end = `</${tag.split(' ', 1)[0] ?? tag}>`;
  const at = text.indexOf(end, close);
  return at < 0 ? -1 : at + end.length;
}

interface OpenGpu {
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
class Builder {
  driver = '';
  readonly #gpus: OpenGpu[] = [];

  openGpu(tag: string): void {
    const address = /id="([0-9A-Fa-f:.]{1,32})"/.exec(tag)?.[1] ?? '';
    this.#gpus.push({
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

function finishGpu({ facts, values, migs, processes }: OpenGpu): GpuReading {
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
    processes: processes.slice(0, mostProcesses).filter(({ pid, bytes }) => pid > 0 && bytes >= 0),
  };
}

/** nvidia-smi writes the domain with eight digits, in capitals. */
function kernelAddress(address: string): string {
  return address.toLowerCase().replace(/^0{4}(?=[0-9a-f]{4}:)/, '');
}

const documentPlan = createDocumentPlan();

function createDocumentPlan(): Plan {
  const mig = createPlan({ onOpen: (builder) => builder.openMig() });
  addColumns(mig, migColumns, (builder) => builder.mig?.values);
  addFact(mig, 'index', (builder, text) => builder.mig?.facts.set('index', text));
  addFact(mig, 'gpu_instance_id', (builder, text) => builder.mig?.facts.set('gpuInstance', text));
  addFact(mig, 'compute_instance_id', (builder, text) => builder.mig?.facts.set('computeInstance', text));

  const process = createPlan({ onOpen: (builder) => builder.openProcess() });
  addFact(process, 'pid', (builder, text) => {
    if (builder.process !== undefined) builder.process.pid = parseQuantity(text, 'count');
  });
  addFact(process, 'used_memory', (builder, text) => {
    if (builder.process !== undefined) builder.process.bytes = parseQuantity(text, 'mebibytes');
  });

  const gpu = createPlan({ onOpen: (builder, tag) => builder.openGpu(tag) });
  addColumns(gpu, gpuColumns, (builder) => builder.gpu?.values);
  addFact(gpu, 'product_name', (builder, text) => builder.gpu?.facts.set('name', text));
  addFact(gpu, 'uuid', (builder, text) => builder.gpu?.facts.set('uuid', text));
  gpu.children.set('mig_devices', createPlan({ children: [['mig_device', mig]] }));
  gpu.children.set('processes', createPlan({ children: [['process_info', process]] }));

  const plan = createPlan({ children: [['gpu', gpu]] });
  addFact(plan, 'driver_version', (builder, text) => {
    builder.driver = text;
  });
  return plan;
}

function createPlan(parts: {
  readonly children?: readonly (readonly [string, Plan])[];
  readonly onText?: Plan['onText'];
  readonly onOpen?: Plan['onOpen'];
}): Plan {
  const { children = [], onText = null, onOpen = null } = parts;
  return { children: new Map(children), onText, onOpen };
}

function addFact(plan: Plan, name: string, keep: (builder: Builder, text: string) => unknown): void {
  const onText = (builder: Builder, text: string): void => {
    keep(builder, truncate(visible(text), longestFact));
  };
  plan.children.set(name, createPlan({ onText }));
}

function addColumns(
  root: Plan,
  columns: readonly Column[],
  valuesOf: (builder: Builder) => Float64Array | undefined,
): void {
  for (const [at, { paths, parse }] of columns.entries()) {
    for (const path of paths) {
      let plan = root;
      const names = path.split('/');
      const last = names.pop() ?? '';
      for (const name of names) {
        const next = plan.children.get(name) ?? createPlan({});
        plan.children.set(name, next);
        plan = next;
      }
      const onText = (builder: Builder, text: string): void => {
        const values = valuesOf(builder);
        const value = parse(text);
        if (values !== undefined && !Number.isNaN(value)) values[at] = value;
      };
      plan.children.set(last, createPlan({ onText }));
    }
  }
}
