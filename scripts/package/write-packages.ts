// Builds once, stages each package once, and wraps it in every form that is asked for. In: what is wanted. Out: the files.
// What lies there already and was made from the same tree by the same rules is kept: wrapping costs a minute of compressing.
// Invariant: what has its name in the folder is whole, also when several build at once.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { version } from '../../shared/version.ts';
import { buildPrograms } from '../build-programs.ts';
import { buildWeb } from '../build-web.ts';
import { writeDeb } from './deb.ts';
import { writeList } from './list.ts';
import {
  type Architecture,
  type PackageName,
  type PackagePlan,
  packagePlans,
  type Release,
} from './packages.ts';
import { writeRpm } from './rpm.ts';
import { sourceDate } from './source-date.ts';
import { type Build, stagePackage } from './stage.ts';
import { writeTarball } from './tarball.ts';
import { digestOf, type Tree } from './tree.ts';

const wrappers = { deb: writeDeb, rpm: writeRpm, tar: writeTarball, list: writeList };
export type PackageFormat = keyof typeof wrappers;
export const packageFormats: readonly PackageFormat[] = ['deb', 'rpm', 'tar', 'list'];

export interface PackageRequest {
  readonly out: string;
  readonly architecture: Architecture;
  readonly names: readonly PackageName[];
  readonly formats: readonly PackageFormat[];
  readonly revision: number;
}

export interface Packaging extends PackageRequest {
  /** Of the checkout. */
  readonly root: string;
  readonly tell: (line: string) => void;
}

/** Paths of the files. Throws StartError. */
export async function writePackages(packaging: Packaging): Promise<readonly string[]> {
  const { root, out, names, formats } = packaging;
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, '.work-'));
  try {
    const release = releaseOf(packaging);
    // Before anything is read: an edit in the middle of a build must not be taken for what was built.
    const rules = rulesOf(root, release);
    const build = await buildInto(root, join(work, 'build'));
    const jobs = packagePlans
      .filter(({ name }) => names.includes(name))
      .flatMap((plan) => {
        const tree = stagePackage(plan, build, release);
        return formats.map((format) => () => wrap({ plan, tree, format, release, rules, work }, packaging));
      });
    return await inPairs(jobs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function releaseOf({
  root,
  revision,
  architecture,
}: Omit<Packaging, 'tell' | 'names' | 'formats' | 'out'>): Release {
  return { version, revision, architecture, timeSeconds: sourceDate(root, process.env) };
}

/** The programs and the console. */
async function buildInto(root: string, folder: string): Promise<Build> {
  const files = new Map(await buildPrograms(folder));
  const sources = await buildWeb(join(folder, 'web'));
  for (const file of readdirSync(join(folder, 'web'), { recursive: true, encoding: 'utf8' })) {
    if (/\.\w+$/.test(file)) files.set(`web/${file}`, sources);
  }
  return { root, folder, files };
}

interface Wrapping {
  readonly plan: PackagePlan;
  readonly tree: Tree;
  readonly format: PackageFormat;
  readonly release: Release;
  readonly rules: string;
  readonly work: string;
}

async function wrap(
  { plan, tree, format, release, rules, work }: Wrapping,
  { out, tell }: Packaging,
): Promise<string> {
  const key = digestOf(new Map([...tree, ['rules', { content: rules }]]));
  const note = join(out, '.made', `${plan.name}.${release.architecture.node}.${release.revision}.${format}`);
  const kept = keptFile(note, key, out);
  if (kept !== undefined) {
    tell(`unchanged: ${basename(kept)}`);
    return kept;
  }
  const half = join(work, 'half-made');
  mkdirSync(half, { recursive: true });
  const made = await wrappers[format](plan, tree, { release, work, out: half });
  const file = join(out, basename(made));
  renameSync(made, file);
  tell(`made: ${basename(file)}`);
  mkdirSync(join(out, '.made'), { recursive: true });
  writeFileSync(note, `${key}\n${basename(file)}\n`);
  return file;
}

function keptFile(note: string, key: string, out: string): string | undefined {
  if (!existsSync(note)) return undefined;
  const [madeOf, name = ''] = readFileSync(note, 'utf8').split('\n');
  const file = join(out, name);
  return madeOf === key && name !== '' && existsSync(file) ? file : undefined;
}

/** All that decides about a package besides its tree: this folder's programs, the release. */
function rulesOf(root: string, release: Release): string {
  const folder = join(root, 'scripts/package');
  const rules = createHash('sha256');
  for (const name of readdirSync(folder).sort()) rules.update(readFileSync(join(folder, name)));
  return `${JSON.stringify(release)} ${rules.digest('hex')}`;
}

/** Compressing takes one processor each; two at a time are done beside each other. */
async function inPairs(jobs: readonly (() => Promise<string>)[]): Promise<readonly string[]> {
  const results: string[] = [];
  const queue = [...jobs.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, job] = next;
      results[at] = await job();
    }
  };
  await Promise.all([work(), work()]);
  return results;
}
