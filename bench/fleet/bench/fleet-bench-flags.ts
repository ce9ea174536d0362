// What may be asked of `npm run bench fleet`. In: arguments. Out: what to measure. It refuses what is out of range.
import { parseArgs } from 'node:util';

export interface FleetBenchFlags {
  readonly nodes: number;
  readonly seconds: number;
  readonly series: number;
  readonly processes: number;
  /** Passed on to the agents. */
  readonly fleet: readonly string[];
  readonly hasStorm: boolean;
  readonly writeDocs: boolean;
}

export const usage = `npm run bench fleet -- [--nodes 5000] [--seconds 60] [--series 256] [--processes 2: of the fleet]
    [--interval 5s] [--no-control] [--no-process-lists] [--churn 0.01] [--slow 0] [--greedy 0] [--no-storm] [--write-docs]`;

/** More would be one file descriptor too many for a process. */
const mostNodes = 5_000;

export function readFlags(): FleetBenchFlags {
  const values = parseFlags();
  const fleet = [`--interval=${values.interval}`, `--churn=${values.churn}`];
  fleet.push(`--slow=${values.slow}`, `--greedy=${values.greedy}`);
  if (values['no-control']) fleet.push('--no-control');
  if (values['no-process-lists']) fleet.push('--no-processes');
  return {
    nodes: count('nodes', values.nodes, 1, mostNodes),
    seconds: count('seconds', values.seconds, 10, 3_600),
    series: count('series', values.series, 1, 256),
    processes: count('processes', values.processes, 1, 8),
    fleet,
    hasStorm: !values['no-storm'],
    writeDocs: values['write-docs'],
  };
}

/** How to measure the same again. */
export function commandOf({ nodes, seconds, series, processes, fleet, hasStorm }: FleetBenchFlags): string {
  const own = `--nodes ${nodes} --seconds ${seconds} --series ${series} --processes ${processes}`;
  const rest = fleet.map((flag) =>
    flag === '--no-processes' ? '--no-process-lists' : flag.replace('=', ' '),
  );
  return ['npm run bench fleet --', own, ...rest, ...(hasStorm ? [] : ['--no-storm'])].join(' ');
}

function parseFlags() {
  const text = { type: 'string' } as const;
  const no = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: {
        help: { ...no, short: 'h' },
        nodes: { ...text, default: '5000' },
        seconds: { ...text, default: '60' },
        series: { ...text, default: '256' },
        processes: { ...text, default: '2' },
        interval: { ...text, default: '5s' },
        churn: { ...text, default: '0.01' },
        slow: { ...text, default: '0' },
        greedy: { ...text, default: '0' },
        'no-control': no,
        'no-process-lists': no,
        'no-storm': no,
        'write-docs': no,
      },
    });
    if (!values.help) return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function count(flag: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most)
    refuse(`--${flag} ${value}: a whole number from ${least} to ${most}`);
  return number;
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}
