// The packages that the laboratory installs. In: the checkout. Out: the deb files which `npm run package` makes of it, kept in its
// folder as long as they are fresh; and the same packages with a higher version number, to upgrade to.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LabError, mustCall } from './commands.ts';
import type { Progress } from './progress.ts';

const root = join(import.meta.dirname, '../..');
/** Installed on the nodes, and on the manager. */
export type LabPackage = 'jidi-agent' | 'jidi-collector';
export type PackageFiles = Readonly<Record<LabPackage, string>>;

const names: readonly LabPackage[] = ['jidi-agent', 'jidi-collector'];
const buildWithinMs = 900_000;

/** Packages that are there, in a folder with one version of each. */
export function packagesIn(folder: string): PackageFiles {
  const files = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  const found = names.map((name) => {
    const file = files.find((each) => each.startsWith(`${name}_`));
    if (file === undefined)
      throw new LabError(`no package ${name} in ${folder}: npm run package -- --out ${folder}`);
    return [name, join(folder, file)];
  });
  return Object.fromEntries(found) as Record<LabPackage, string>;
}

export async function buildPackages(progress: Progress): Promise<PackageFiles> {
  const args = [join(root, 'scripts/package.ts'), '--format=deb', `--only=${names.join(',')}`];
  args.push(`--out=${join(root, 'build/packages')}`);
  const told = await mustCall(process.execPath, args, {
    cwd: root,
    timeoutMs: buildWithinMs,
    onLine: progress.detail,
  });
  return Object.fromEntries(names.map((name) => [name, fileOf(name, told)])) as Record<LabPackage, string>;
}

/** `FILE  SIZE` is told for each package. */
function fileOf(name: string, told: string): string {
  const file = told
    .split('\n')
    .map((line) => line.split('  ')[0] ?? '')
    .find((path) => basename(path).startsWith(`${name}_`) && path.endsWith('.deb'));
  if (file === undefined) throw new LabError(`no package ${name} was made:\n${told}`);
  return file;
}

/** The same files under a version number that dpkg takes for newer. */
export async function withHigherVersion(files: PackageFiles, folder: string): Promise<PackageFiles> {
  mkdirSync(folder, { recursive: true });
  const made: Partial<Record<LabPackage, string>> = {};
  for (const name of names) {
    const work = mkdtempSync(join(folder, '.work-'));
    try {
      await mustCall('dpkg-deb', ['--raw-extract', files[name], join(work, 'tree')]);
      const control = join(work, 'tree/DEBIAN/control');
      const text = readFileSync(control, 'utf8');
      const version = /^Version: (.*)$/m.exec(text)?.[1] ?? '';
      writeFileSync(control, text.replaceAll(version, `${version}+next`));
      made[name] = join(folder, basename(files[name]).replace(version, `${version}+next`));
      const flags = ['--root-owner-group', '-Zgzip', '-z1', '--build'];
      await mustCall('dpkg-deb', [...flags, join(work, 'tree'), made[name]], { timeoutMs: buildWithinMs });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return made as PackageFiles;
}
