// Wraps a tree as a Debian package. In: a plan, its tree, the release. Out: the path of the file. Owners are root, times
// the release's, compression by one thread, so that the same tree gives the same bytes.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { call } from './call.ts';
import { homepage, maintainer, type PackagePlan, type Release } from './packages.ts';
import { type Scriptlets, scriptletsOf } from './scriptlets.ts';
import { bytesOf, gzipped, type Tree, type TreeFile, writeTree } from './tree.ts';

/** What Node.js is linked with. */
const libraries = 'libc6 (>= 2.28), libgcc-s1 (>= 3.4) | libgcc1, libstdc++6 (>= 8)';

export async function writeDeb(
  plan: PackagePlan,
  tree: Tree,
  { release, work, out }: { readonly release: Release; readonly work: string; readonly out: string },
): Promise<string> {
  const file = join(out, `${plan.name}_${debVersion(release)}_${release.architecture.deb}.deb`);
  const folder = join(work, `deb-${plan.name}`);
  const whole = withDebFiles(plan, tree, release);
  writeTree(new Map([...whole, ...controlFiles(plan, whole, release)]), folder, release.timeSeconds);
  await call('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--threads-max=1', '--build', folder, file], {
    env: { SOURCE_DATE_EPOCH: String(release.timeSeconds) },
  });
  return file;
}

function debVersion({ version, revision }: Release): string {
  return `${version}-${revision}`;
}

/** Debian's own places. */
function withDebFiles(plan: PackagePlan, tree: Tree, release: Release): Tree {
  const moved = [...tree].map(([path, file]): [string, TreeFile] => [
    path.replace('usr/share/zsh/site-functions/', 'usr/share/zsh/vendor-completions/'),
    file,
  ]);
  const date = new Date(release.timeSeconds * 1000).toUTCString().replace('GMT', '+0000');
  const changes = `jidi (${debVersion(release)}) unstable; urgency=medium

  * Packed from the sources of this version; what has changed stands in changelog.gz.

 -- ${maintainer}  ${date}
`;
  return new Map<string, TreeFile>([
    ...moved,
    [`usr/share/doc/${plan.name}/changelog.Debian.gz`, { content: gzipped(changes) }],
    [`usr/share/lintian/overrides/${plan.name}`, { content: overrides(plan) }],
  ]);
}

/** What lintian is right about in other packages and why it is meant here. */
function overrides({ name, addOns }: PackagePlan): string {
  const compiled = addOns.map(
    (addOn) => `${name}: unstripped-binary-or-object [usr/lib/${name}/node_modules/${addOn}/*]\n`,
  );
  return `# Node.js and the compiled add-on go along as their makers built them, with what they are built of: their bytes can be
# compared with what was published.
${name}: embedded-library *
${name}: unstripped-binary-or-object [usr/lib/${name}/node]
${compiled.join('')}# The same file goes to systems that have no /usr/share/common-licenses.
${name}: copyright-file-contains-full-apache-2-license
`;
}

function controlFiles(plan: PackagePlan, tree: Tree, release: Release): Tree {
  const scripts = debScripts(plan, scriptletsOf(plan));
  const settings = Object.keys(plan.settings).map((file) => `/etc/jidi/${file}\n`);
  const files: [string, TreeFile][] = [
    ['DEBIAN/control', { content: controlText(plan, tree, release) }],
    ['DEBIAN/md5sums', { content: checksums(tree) }],
    ...(settings.length > 0
      ? [['DEBIAN/conffiles', { content: settings.join('') }] as [string, TreeFile]]
      : []),
    ...Object.entries(scripts).map(([name, text]): [string, TreeFile] => [
      `DEBIAN/${name}`,
      { content: text, executable: true },
    ]),
  ];
  return new Map(files);
}

function controlText(plan: PackagePlan, tree: Tree, release: Release): string {
  const kibibytes = [...tree.values()].reduce((sum, file) => sum + Math.ceil(bytesOf(file).length / 1024), 0);
  const { replaces, recommends, services } = plan;
  return [
    `Package: ${plan.name}`,
    'Source: jidi',
    `Version: ${debVersion(release)}`,
    `Architecture: ${release.architecture.deb}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${kibibytes}`,
    `Depends: ${libraries}${services.length > 0 ? ', systemd' : ''}`,
    ...(recommends.length > 0 ? [`Recommends: ${recommends.join(', ')}`] : []),
    ...(replaces === undefined
      ? []
      : [
          `Provides: ${replaces} (= ${debVersion(release)})`,
          `Conflicts: ${replaces}`,
          `Replaces: ${replaces}`,
        ]),
    'Section: admin',
    'Priority: optional',
    `Homepage: ${homepage}`,
    `Description: ${plan.summary}`,
    ...wrapped(plan.description, 78).map((line) => ` ${line}`),
    '',
  ].join('\n');
}

function checksums(tree: Tree): string {
  return [...tree]
    .filter(([path]) => !path.startsWith('etc/'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, file]) => `${createHash('md5').update(bytesOf(file)).digest('hex')}  ${path}\n`)
    .join('');
}

/** A package that was removed but not purged is told its old version when it comes back, as in an upgrade: a mark tells them apart. */
function debScripts({ name, services }: PackagePlan, scripts: Scriptlets): Readonly<Record<string, string>> {
  if (services.length === 0) return {};
  const mark = `/run/${name}.fresh`;
  return {
    preinst: script(`if [ "$1" = install ]; then\n  : > ${mark}\nfi`),
    postinst: script(`if [ "$1" = configure ]; then
  fresh=no
  if [ -z "\${2:-}" ] || [ -e ${mark} ]; then fresh=yes; fi
  rm -f ${mark}
${indented(scripts.arrived)}
fi`),
    prerm: script(`if [ "$1" = remove ]; then\n${indented(scripts.leaving)}\nfi`),
    postrm: script(`if [ "$1" = remove ]; then
${indented(scripts.gone)}
fi
if [ "$1" = purge ]; then
${indented(scripts.purged)}
fi`),
  };
}

function script(text: string): string {
  return `#!/bin/sh\nset -e\n${text}\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Lines of at most `width` characters. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
