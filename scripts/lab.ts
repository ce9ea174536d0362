// `npm run lab`: a cluster of three systemd machines on this one, with real Slurm, the built packages installed, both nodes
// enrolled, and a link to the console. Ctrl-C ends everything and removes it; only the base machine stays in the cache folder.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LabError } from './lab/commands.ts';
import { Laboratory } from './lab/laboratory.ts';
import { Progress } from './lab/progress.ts';

const usage = `npm run lab -- [--port 7300] [--cache DIR, ${join('~', '.cache/jidi/lab')}]
        [--prepare]  only make what is kept in the cache folder, and end`;

const flags = readFlags();
await main();

async function main(): Promise<void> {
  const progress = new Progress((line) => console.log(line));
  let laboratory: Laboratory | undefined;
  let status = 0;
  const stopped = new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop());
  });
  try {
    laboratory = Laboratory.prepare({ cache: flags.cache, progress });
    const ended = Promise.withResolvers<void>();
    void stopped.then(() => ended.resolve());
    await Promise.race([laboratory.start().then(() => stopped), ended.promise]);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    console.error(`jidi: ${error.message}`);
    status = 1;
  } finally {
    const begun = laboratory;
    if (begun !== undefined) await progress.step('removing the laboratory', () => begun.stop());
  }
  process.exit(status);
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string', default: '7300' },
        cache: { type: 'string' },
        prepare: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const callFolder = process.env['INIT_CWD'] ?? process.cwd();
    const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
    return {
      ...values,
      cache: values.cache === undefined ? join(cacheHome, 'jidi/lab') : resolve(callFolder, values.cache),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}
