// One document of `nvidia-smi -q -x`. In: its bytes. Out: per GPU the values of the columns, its facts, its MIG devices
// and the memory of its processes; null when the document is not whole. Elements that nobody asks for are passed over
// without being looked at (the list of supported clocks is most of a document). It knows no other XML than nvidia-smi's:
// no comments, no CDATA, no element inside one of the same name.
import { truncate, visible } from '../../../shared/text.ts';
import { type Column, gpuColumns, migColumns, parseQuantity } from './nvidia-columns.ts';
import { type NvidiaReading, ReadingBuilder } from './nvidia-reading.ts';

const rootName = 'nvidia_smi_log';
const mostDepth = 8;
const longestFact = 96;

export function parseNvidiaDocument(document: Buffer): NvidiaReading | null {
  const text = document.toString('latin1');
  // What was printed before the newest beginning is the rest of a broken one.
  const start = text.lastIndexOf(`<${rootName}>`);
  if (start < 0) return null;
  const builder = new ReadingBuilder();
  return walk(text, start + rootName.length + 2, builder) ? builder.finish() : null;
}

/** What of an element is worth looking at: its children by name, and the column its text goes to. */
interface Plan {
  readonly children: Map<string, Plan>;
  readonly onText: ((builder: ReadingBuilder, text: string) => void) | null;
  readonly onOpen: ((builder: ReadingBuilder, attributes: string) => void) | null;
}

/** Goes over the elements that are in the plan; false when one is not closed, or the end is not where it must be. */
function walk(text: string, begin: number, builder: ReadingBuilder): boolean {
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
  const noteProcesses = (builder: ReadingBuilder, text: string): void => {
    if (builder.gpu !== undefined) builder.gpu.tellsProcesses = text === '' || text === 'None';
  };
  gpu.children.set('processes', createPlan({ children: [['process_info', process]], onText: noteProcesses }));

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

function addFact(plan: Plan, name: string, keep: (builder: ReadingBuilder, text: string) => unknown): void {
  const onText = (builder: ReadingBuilder, text: string): void => {
    keep(builder, truncate(visible(text), longestFact));
  };
  plan.children.set(name, createPlan({ onText }));
}

function addColumns(
  root: Plan,
  columns: readonly Column[],
  valuesOf: (builder: ReadingBuilder) => Float64Array | undefined,
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
      const onText = (builder: ReadingBuilder, text: string): void => {
        const values = valuesOf(builder);
        const value = parse(text);
        if (values !== undefined && !Number.isNaN(value)) values[at] = value;
      };
      plan.children.set(last, createPlan({ onText }));
    }
  }
}
