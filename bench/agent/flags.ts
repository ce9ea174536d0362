// What may be asked of `npm run bench agent`. In: arguments. Out: what to measure. It refuses what is no number or name.
import { availableParallelism, release } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface AgentBenchFlags {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly intervals: readonly number[];
  readonly extraProcesses: readonly number[];
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly bundle: string | undefined;
  readonly writeDocs: boolean;
  /** A JSON file of an earlier run: nothing is measured. */
  readonly from: string | undefined;
}

export const usage = `npm run bench agent -- [--seconds 30] [--warm-up 20] [--intervals 1,10] [--processes 0,2000]
    [--only jidi,exporters,netdata,collectd,pcp,gmond] [--agent FILE] [--json FILE] [--write-docs [--from FILE]]`;

export function readFlags(): AgentBenchFlags {
  const values = parseFlags();
  const [seconds = 0] = numbers('seconds', values.seconds);
  const [warmUpSeconds = 0] = numbers('warm-up', values['warm-up']);
  return {
    seconds,
    warmUpSeconds,
    intervals: numbers('intervals', values.intervals),
    extraProcesses: numbers('processes', values.processes),
    only: values.only.split(',').filter((name) => name !== ''),
    json: values.json === undefined ? undefined : fromCaller(values.json),
    bundle: values.agent === undefined ? undefined : fromCaller(values.agent),
    writeDocs: values['write-docs'],
    from: values.from === undefined ? undefined : fromCaller(values.from),
  };
}

/** Ends the program where nothing is to be measured. */
function parseFlags() {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        seconds: { ...text, default: '30' },
        'warm-up': { ...text, default: '20' },
        intervals: { ...text, default: '1,10' },
        processes: { ...text, default: '0,2000' },
        only: { ...text, default: '' },
        agent: text,
        json: text,
        from: text,
        'write-docs': { type: 'boolean', default: false },
      },
    });
    if (!values.help) return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

/** How to measure the same again; where results were put does not matter. */
export function commandOf({
  seconds,
  warmUpSeconds,
  intervals,
  extraProcesses,
  only,
}: AgentBenchFlags): string {
  const flags = [`--seconds ${seconds}`, `--warm-up ${warmUpSeconds}`, `--intervals ${intervals.join(',')}`];
  flags.push(`--processes ${extraProcesses.join(',')}`);
  if (only.length > 0) flags.push(`--only ${only.join(',')}`);
  return `npm run bench agent -- ${flags.join(' ')}`;
}

/** This machine, as far as it matters for the figures. */
export function machineInWords(): string {
  return `${availableParallelism()} cores, Linux ${release()}, Node ${process.versions.node}`;
}

function numbers(flag: string, value: string): readonly number[] {
  const parts = value.split(',').map(Number);
  if (parts.some((part) => !Number.isInteger(part) || part < 0)) {
    refuse(`--${flag} ${value}: whole numbers, separated by commas`);
  }
  return parts;
}

/** npm changes into the folder of the package; the person who calls means their own. */
function fromCaller(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}
