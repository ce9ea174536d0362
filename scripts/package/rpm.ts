// Wraps a tree as an RPM. In: a plan, its tree, the release. Out: the path of the file. The tree is taken as it is: nothing
// is stripped, compressed, searched or noted down of the machine that builds.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './call.ts';
import { wrapped } from './deb.ts';
import { homepage, type PackagePlan, type Release } from './packages.ts';
import { scriptletsOf } from './scriptlets.ts';
import { foldersOf, modeOf, type Tree, writeTree } from './tree.ts';

/** What Node.js is linked with; these names every distribution's own libraries provide. */
const libraries = ['libc.so.6(GLIBC_2.28)', 'libgcc_s.so.1', 'libstdc++.so.6(GLIBCXX_3.4.25)'];

/** Folders of the system, which belong to packages of its own. */
const ownedByOthers =
  /^(etc|usr|usr\/(bin|lib|share)|usr\/lib\/(systemd|systemd\/system|systemd\/system-generators|systemd\/system-preset|sysusers\.d|tmpfiles\.d)|usr\/share\/(doc|man|man\/man\d|bash-completion|bash-completion\/completions|zsh|zsh\/site-functions|fish|fish\/vendor_completions\.d))$/;

export async function writeRpm(
  plan: PackagePlan,
  tree: Tree,
  { release, out }: { readonly release: Release; readonly out: string },
): Promise<string> {
  const { version, revision, architecture } = release;
  const name = `${plan.name}-${version}-${revision}.${architecture.rpm}.rpm`;
  // rpmbuild takes no folder with a space in its name: not the one that was asked for, which may have one.
  const folder = mkdtempSync(join(tmpdir(), 'jidi-rpm-'));
  try {
    writeTree(tree, join(folder, 'tree'), release.timeSeconds);
    const spec = join(folder, `${plan.name}.spec`);
    writeFileSync(spec, specText(plan, tree, release));
    const macros = {
      ...fixedMacros,
      _topdir: join(folder, 'top'),
      _tmppath: folder,
      _rpmdir: folder,
      _rpmfilename: name,
      _dbpath: join(folder, 'db'),
      jidi_tree: join(folder, 'tree'),
    };
    const defines = Object.entries(macros).flatMap(([macro, value]) => ['--define', `${macro} ${value}`]);
    await call('rpmbuild', ['-bb', '--quiet', '--target', `${architecture.rpm}-linux`, ...defines, spec], {
      env: { SOURCE_DATE_EPOCH: String(release.timeSeconds) },
    });
    copyFileSync(join(folder, name), join(out, name));
    return join(out, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const fixedMacros = {
  _buildhost: 'jidi',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  source_date_epoch_from_changelog: '0',
  _build_id_links: 'none',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
  __brp_check_rpaths: '%{nil}',
  // xz: also the oldest systems with this C library read it. One thread: the same bytes on every machine.
  _binary_payload: 'w1.xzdio',
  _source_payload: 'w1.xzdio',
  _binary_filedigest_algorithm: '8',
  vendor: '%{nil}',
  packager: '%{nil}',
  optflags: '%{nil}',
};

function specText(plan: PackagePlan, tree: Tree, { version, revision }: Release): string {
  const requires = [
    ...libraries.map((library) => `Requires: ${library}${library.includes('(') ? '(64bit)' : '()(64bit)'}`),
    ...(plan.services.length > 0 ? ['Requires: systemd', 'Requires(post): systemd'] : []),
    ...(plan.replaces === undefined
      ? []
      : [`Provides: ${plan.replaces} = ${version}-${revision}`, `Conflicts: ${plan.replaces}`]),
    ...(plan.recommends.length > 0 ? ['Recommends: perf'] : []),
    ...(plan.name === 'jidi-collector' ? ['Requires: /usr/sbin/runuser'] : []),
  ];
  return [
    `Name: ${plan.name}`,
    `Version: ${version}`,
    `Release: ${revision}`,
    `Summary: ${plan.summary}`,
    // Those of what is inside stand in the copyright file.
    'License: Apache-2.0 AND MIT AND ISC AND BSD-3-Clause',
    `URL: ${homepage}`,
    'AutoReqProv: no',
    ...requires,
    '',
    '%description',
    ...wrapped(plan.description, 78),
    '',
    '%install',
    'cp -a %{jidi_tree}/. %{buildroot}/',
    '',
    ...scripts(plan),
    '%files',
    ...fileList(tree),
    '',
  ].join('\n');
}

function scripts(plan: PackagePlan): readonly string[] {
  const { arrived, leaving, gone } = scriptletsOf(plan);
  if (arrived === '') return [];
  return [
    '%post',
    'fresh=no',
    'if [ "$1" -eq 1 ]; then fresh=yes; fi',
    arrived,
    '',
    '%preun',
    `if [ "$1" -eq 0 ]; then\n${leaving}\nfi`,
    '',
    '%postun',
    `if [ "$1" -eq 0 ]; then\n${gone}\nfi`,
    '',
  ];
}

function fileList(tree: Tree): readonly string[] {
  const folders = foldersOf(tree)
    .filter((folder) => !ownedByOthers.test(folder))
    .map((folder) => `%attr(0755,root,root) %dir /${folder}`);
  const files = [...tree]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, file]) => {
      const kind = path.startsWith('etc/') ? '%config(noreplace) ' : '';
      return `${kind}%attr(0${modeOf(file).toString(8)},root,root) /${path}`;
    });
  return [...folders, ...files];
}
