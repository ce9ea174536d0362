// Puts the files of one package together: the one tree from which deb, rpm and tarball are made. In: a plan, what was
// built, the release. Out: a tree. Refuses licences that may not be shipped and a Node.js that is not there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../shared/errors.ts';
import type { BuiltFiles } from '../build-programs.ts';
import { agentSample, collectorSample } from '../reference/configuration-page.ts';
import { cliTree } from './command-tree.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.ts';
import { componentsOf, copyrightText, readComponent } from './licences.ts';
import { manualPages } from './manual-pages.ts';
import { owner, type PackagePlan, type Release } from './packages.ts';
import { gzipped, type Tree, type TreeFile } from './tree.ts';

export interface Build {
  /** Of the checkout. */
  readonly root: string;
  /** Where the bundles and the console are. */
  readonly folder: string;
  /** What went into each file of it. */
  readonly files: BuiltFiles;
}

export function stagePackage(plan: PackagePlan, build: Build, release: Release): Tree {
  const tree = new Map<string, TreeFile>();
  addPrograms(tree, plan, build, release);
  addAddOns(tree, plan, build, release);
  addSystem(tree, plan, build.root);
  addSettings(tree, plan, build.root);
  addManuals(tree, plan, release);
  if (plan.hasCompletions) addCompletions(tree);
  addDocuments(tree, plan, build, release);
  return tree;
}

type GrowingTree = Map<string, TreeFile>;

function addPrograms(
  tree: GrowingTree,
  plan: PackagePlan,
  { root, folder, files }: Build,
  release: Release,
): void {
  const home = `usr/lib/${plan.name}`;
  const node = join(nodeFolder(root, release), 'bin/node');
  if (!existsSync(node))
    throw new StartError(`${nodePackage(release)} is not installed`, howToInstallNode(release));
  tree.set(`${home}/node`, { content: { copyOf: node }, executable: true });
  for (const file of filesOf(plan, files)) {
    // What the licences of bundled packages ask to be told stands in the copyright file.
    if (file.endsWith('.LEGAL.txt')) continue;
    tree.set(`${home}/${file}`, { content: { copyOf: join(folder, file) } });
  }
  for (const [command, script] of Object.entries(plan.commands)) {
    const content = { copyOf: join(root, 'packaging', plan.name, script) };
    tree.set(`usr/bin/${command}`, { content, executable: true });
  }
}

function filesOf({ parts }: PackagePlan, files: BuiltFiles): readonly string[] {
  return [...files.keys()].filter((file) => parts.includes(file.split('/')[0] ?? ''));
}

function nodePackage({ architecture }: Release): string {
  return `node-linux-${architecture.node}`;
}

function nodeFolder(root: string, release: Release): string {
  return join(root, 'node_modules', nodePackage(release));
}

function howToInstallNode(release: Release): string {
  return (
    `npm leaves out the Node.js of other machines. Bring it: npm install --no-save --ignore-scripts --force ` +
    `--cpu=${release.architecture.node} ${nodePackage(release)}@24`
  );
}

/** The add-on's script files and the one binary for this kind of machine. */
function addAddOns(tree: GrowingTree, plan: PackagePlan, { root }: Build, { architecture }: Release): void {
  for (const name of plan.addOns) {
    const from = join(root, 'node_modules', name);
    const to = `usr/lib/${plan.name}/node_modules/${name}`;
    const binary = `prebuilds/linux-${architecture.node}.node`;
    const scripts = readdirSync(join(from, 'lib'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .filter((file) => !/^(darwin|win32|linux|linuxmusl)-/.test(file))
      .map((file) => `lib/${file}`);
    for (const file of ['package.json', ...scripts, binary]) {
      tree.set(`${to}/${file}`, { content: { copyOf: join(from, file) } });
    }
  }
}

function addSystem(tree: GrowingTree, { name, units }: PackagePlan, root: string): void {
  for (const unit of units) {
    const file = join(root, 'systemd', unit);
    const isGenerator = unit.endsWith('-generator');
    const folder = `usr/lib/systemd/${isGenerator ? 'system-generators' : 'system'}`;
    if (existsSync(file))
      tree.set(`${folder}/${unit}`, { content: { copyOf: file }, executable: isGenerator });
  }
  const places = {
    'sysusers.conf': `usr/lib/sysusers.d/${name}.conf`,
    'tmpfiles.conf': `usr/lib/tmpfiles.d/${name}.conf`,
    preset: `usr/lib/systemd/system-preset/80-${name}.preset`,
  };
  for (const [file, place] of Object.entries(places)) {
    const from = join(root, 'packaging', name, file);
    if (existsSync(from)) tree.set(place, { content: { copyOf: from } });
  }
}

/** In /etc as the administrator's own, and once more untouched, for systems without a package manager and to compare. */
function addSettings(tree: GrowingTree, { name, settings }: PackagePlan, root: string): void {
  const texts = {
    agent: agentSample,
    collector: collectorSample,
    policy: readFileSync(join(root, 'executor/policy.json'), 'utf8'),
  };
  for (const [file, kind] of Object.entries(settings)) {
    tree.set(`etc/jidi/${file}`, { content: texts[kind] });
    tree.set(`usr/share/${name}/${file}`, { content: texts[kind] });
  }
}

function addManuals(tree: GrowingTree, plan: PackagePlan, release: Release): void {
  const pages = manualPages(release);
  for (const name of plan.manualPages) {
    tree.set(`usr/share/man/man${name.at(-1)}/${name}.gz`, { content: gzipped(pages[name] ?? '') });
  }
}

function addCompletions(tree: GrowingTree): void {
  const commands = cliTree();
  tree.set('usr/share/bash-completion/completions/jidi', { content: bashCompletion(commands) });
  tree.set('usr/share/zsh/site-functions/_jidi', { content: zshCompletion(commands) });
  tree.set('usr/share/fish/vendor_completions.d/jidi.fish', { content: fishCompletion(commands) });
}

function addDocuments(tree: GrowingTree, plan: PackagePlan, { root, files }: Build, release: Release): void {
  const sources = filesOf(plan, files).flatMap((file) => files.get(file) ?? []);
  const bundled = componentsOf(root, sources);
  const added = plan.addOns.map((name) => readComponent(root, `node_modules/${name}`));
  const components = [...bundled, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const documents = `usr/share/doc/${plan.name}`;
  tree.set(`${documents}/copyright`, { content: copyrightText(owner, components) });
  const nodeLicence = readFileSync(join(nodeFolder(root, release), 'LICENSE'), 'utf8');
  tree.set(`${documents}/node-LICENSE.gz`, { content: gzipped(nodeLicence) });
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  tree.set(`${documents}/changelog.gz`, { content: gzipped(changes) });
}
