// `npm run lab`: a cluster of three systemd machines on this one, with real Slurm, the built packages installed, both nodes
// enrolled, and a link to the console. Ctrl-C ends everything and removes it; only the base machine and its packages stay in
// the cache folder.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { baseTree } from './lab/base-tree.ts';
import { endCalls, LabError } from './lab/commands.ts';
import { Forward } from './lab/forward.ts';
import { consolePort, enrol, initCollector, install, loginLink } from './lab/installation.ts';
import { Laboratory } from './lab/laboratory.ts';
import { buildPackages, packagesIn } from './lab/packages.ts';
import { beginPreparing } from './lab/preparing.ts';
import { Progress } from './lab/progress.ts';
import { whyNoLaboratory } from './lab/refusals.ts';

const usage = `npm run lab -- [--port 7300] [--cache DIR] [--packages DIR] [--prepare]
  --port PORT     where the console is to be found on 127.0.0.1; 0 chooses a free one (7300)
  --cache DIR     what is kept for the next time: the base machine, 300 MiB (~/.cache/jidi/lab)
  --packages DIR  install the deb files that lie there, instead of building them
  --prepare       make what is kept, packages included, and end`;

/** npm runs scripts in the checkout. */
const callFolder = process.env['INIT_CWD'] ?? process.cwd();
const flags = readFlags();
const progress = new Progress((line) => console.log(line));
await main();

async function main(): Promise<void> {
  const asked = Promise.withResolvers<'asked to end'>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => asked.resolve('asked to end'));
  }
  endWithNpm(() => asked.resolve('asked to end'));
  const undo: (() => Promise<void>)[] = [];
  let status = 0;
  try {
    await Promise.race([flags.prepare ? prepare() : run(undo).then(() => asked.promise), asked.promise]);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    console.error(`jidi: ${error.message}`);
    status = 1;
  } finally {
    endCalls();
    const steps = undo.toReversed();
    if (steps.length > 0) {
      await progress.step('removing the laboratory', async () => {
        for (const step of steps) await step();
      });
    }
  }
  process.exit(status);
}

async function prepare(): Promise<void> {
  const refusal = whyNoLaboratory();
  if (refusal !== undefined) throw new LabError(refusal);
  const end = beginPreparing(flags.cache);
  try {
    await baseTree(flags.cache, progress);
    await progress.step('packages', () => buildPackages(progress));
  } finally {
    end();
  }
}

/** What must be undone is noted as soon as it begins. */
async function run(undo: (() => Promise<void>)[]): Promise<void> {
  const laboratory = Laboratory.prepare({ cache: flags.cache, progress });
  undo.push(() => laboratory.stop());
  const [files] = await Promise.all([
    flags.packages === undefined
      ? progress.step('packages', () => buildPackages(progress))
      : packagesIn(flags.packages),
    laboratory.start(),
  ]);
  const { manager, nodes } = laboratory;
  await progress.step('install', () =>
    Promise.all([
      install(manager, files, ['jidi-collector']),
      ...nodes.map((node) => install(node, files, ['jidi-agent'])),
    ]),
  );
  await progress.step('jidi-collector init', () => initCollector(manager, 'lab'));
  await progress.step('join n1, n2', () => enrol(manager, nodes));
  const network = laboratory.networkOf(manager.name);
  const forward = await Forward.start(network, consolePort, laboratory.folder, Number(flags.port));
  undo.push(() => forward.stop());
  const link = await loginLink(manager, `http://${forward.address}/`);
  console.log(`\nconsole: ${link}`);
  for (const { name, pid } of laboratory.machines) {
    console.log(`a shell on ${name}: nsenter -t ${pid} -m -u -i -n -p -C --root --wdns=/ bash --login`);
  }
  console.log('a job: srun -N2 … on mgr, as ann or bob (runuser -u ann)\nCtrl-C removes everything.');
}

/** A signal to npm ends it and its shell, and goes no further. */
function endWithNpm(end: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 1_000).unref();
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string', default: '7300' },
        cache: { type: 'string' },
        packages: { type: 'string' },
        prepare: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port ${values.port}: a whole number from 0 to 65535`);
    const packages = values.packages === undefined ? undefined : resolve(callFolder, values.packages);
    return { ...values, packages, cache: cacheFolder(values.cache) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

function cacheFolder(named: string | undefined): string {
  if (named !== undefined) return resolve(callFolder, named);
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jidi/lab');
}
