// `npm run package`: builds everything and wraps it as deb, rpm and tarball, from one staged tree for each package. The same
// sources give the same bytes, wherever and whenever they are built; with --check that is tried.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage, StartError } from '../shared/errors.ts';
import { formatBytes } from '../shared/format.ts';
import { buildTwice } from './package/build-twice.ts';
import { architectures, packagePlans } from './package/packages.ts';
import { type PackageRequest, packageFormats, writePackages } from './package/write-packages.ts';

const root = join(import.meta.dirname, '..');
const usage = `Use: npm run package -- [--out DIR] [--arch x64|arm64] [--only NAME,…] [--format deb,rpm,tar,list] [--revision N]
                   [--check]

  --out DIR      where the files go (build/packages)
  --arch         of the machines that they are for (this one)
  --only         of ${packagePlans.map(({ name }) => name).join(', ')} (all)
  --format       of ${packageFormats.join(', ')} (all)
  --revision N   counts up when the same version is packed again (1)
  --check        build twice, in two folders, and compare every byte; leaves nothing`;

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`package: ${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { check, ...request } = readFlags();
  if (check) return await tellComparison(request);
  const files = await writePackages({ root, ...request, tell: (line) => console.log(line) });
  for (const file of files) console.log(`${file}  ${formatBytes(statSync(file).size)}`);
}

async function tellComparison(request: PackageRequest): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'jidi-package-'));
  try {
    const { same, different } = await buildTwice(root, request, work);
    for (const file of same) console.log(`same bytes: ${file}`);
    for (const file of different) console.error(`not the same bytes: ${file}`);
    if (different.length > 0) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function readFlags(): PackageRequest & { readonly check: boolean } {
  const { values } = parseFlags();
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const architecture = architectures.find(({ node }) => node === values.arch);
  if (architecture === undefined)
    refuse(`--arch ${values.arch}: one of ${architectures.map(({ node }) => node).join(', ')}`);
  if (!/^[1-9]\d{0,3}$/.test(values.revision))
    refuse(`--revision ${values.revision}: a whole number from 1 to 9999`);
  return {
    // npm runs scripts in the checkout.
    out: resolve(process.env['INIT_CWD'] ?? process.cwd(), values.out ?? join(root, 'build/packages')),
    architecture,
    names: chosen(
      '--only',
      values.only,
      packagePlans.map(({ name }) => name),
    ),
    formats: chosen('--format', values.format, packageFormats),
    revision: Number(values.revision),
    check: values.check,
  };
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        out: { type: 'string' },
        arch: { type: 'string', default: process.arch },
        only: { type: 'string' },
        format: { type: 'string' },
        revision: { type: 'string', default: '1' },
        check: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(errorMessage(error));
  }
}

/** All when none are named. */
function chosen<T extends string>(flag: string, list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  return list.split(',').map((word) => {
    const known = all.find((each) => each === word);
    return known ?? refuse(`${flag} ${word}: one of ${all.join(', ')}`);
  });
}

function refuse(why: string): never {
  console.error(`package: ${why}\n${usage}`);
  process.exit(2);
}
