// What may be asked of `npm run bench store`. In: arguments. Out: what to measure. It refuses what it does not know.
import { availableParallelism, release } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StoreBenchFlags {
  readonly scale: number;
  readonly data: readonly string[];
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly from: string | undefined;
  readonly writeDocs: boolean;
}

export const usage = `npm run bench store -- [--data day,young,few] [--scale 1] [--only jidi,victoria-metrics,prometheus]
    [--json FILE] [--write-docs [--from FILE]]
--scale 0.1: a tenth of the nodes; day 16, young 256, few 5000 nodes by default`;

export function readFlags(): StoreBenchFlags {
  const values = parseFlags();
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 1)) refuse(`--scale ${values.scale}: above 0, at most 1`);
  return {
    scale,
    data: words('data', values.data, ['day', 'young', 'few']),
    only: words('only', values.only, ['jidi', 'victoria-metrics', 'prometheus']),
    json: fromCaller(values.json),
    from: fromCaller(values.from),
    writeDocs: values['write-docs'],
  };
}

/** How to measure the same again. */
export function commandOf({ scale, data, only }: StoreBenchFlags): string {
  return `npm run bench store -- --data ${data.join(',')} --scale ${scale} --only ${only.join(',')}`;
}

export function machineInWords(): string {
  return `${availableParallelism()} cores, Linux ${release()}, Node ${process.versions.node}`;
}

function parseFlags() {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        scale: { ...text, default: '1' },
        data: { ...text, default: 'day,young,few' },
        only: { ...text, default: 'jidi,victoria-metrics,prometheus' },
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

function words(flag: string, value: string, known: readonly string[]): readonly string[] {
  const asked = value.split(',').filter((word) => word !== '');
  const unknown = asked.filter((word) => !known.includes(word));
  if (unknown.length > 0 || asked.length === 0) refuse(`--${flag} ${value}: some of ${known.join(', ')}`);
  return asked;
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

/** npm changes into the folder of the package; the person who calls means their own. */
function fromCaller(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}
