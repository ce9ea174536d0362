// The licences of everything that is shipped. In: the source files that went into a package. Out: who they are of, and the
// text that goes with them. Refuses a licence that is not on the list, and a package that does not say its terms.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../shared/errors.ts';

/** Each lets us pass its work on, in a package under Apache-2.0, if its text goes along. */
const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
];

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Its terms, word for word. */
  readonly terms: string;
}

/** The npm packages of source files, by name. */
export function componentsOf(root: string, sources: readonly string[]): readonly Component[] {
  const folders = new Set(sources.flatMap((source) => packageFolder(source) ?? []));
  return [...folders].map((folder) => readComponent(root, folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `a/node_modules/x/node_modules/@y/z/lib/file.js` → `a/node_modules/x/node_modules/@y/z`. */
function packageFolder(source: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
}

/** Throws StartError. */
export function readComponent(root: string, folder: string): Component {
  const from = join(root, folder);
  const about: unknown = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const name = textOf(about, 'name');
  const licence = textOf(about, 'license');
  if (!isAllowed(licence)) {
    throw new StartError(
      `${name}: its licence ${licence || '(none is named)'} is not among those that may be shipped`,
      `Allowed: ${allowedLicences.join(', ')}. Use another package.`,
    );
  }
  const terms = termsIn(from);
  if (terms === undefined) {
    throw new StartError(
      `${name}: no text of its licence`,
      'It must go along with what is shipped: use another package.',
    );
  }
  return { name, version: textOf(about, 'version'), licence, terms: terms.trim() };
}

/** One of several may be chosen; all of several must be allowed. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' AND ')) return plain.split(' AND ').every(isAllowed);
  return plain.split(' OR ').some((each) => allowedLicences.includes(each));
}

/** A file of its own, else what the readme says under that heading. */
function termsIn(folder: string): string | undefined {
  const names = readdirSync(folder);
  const file = names.find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const readme = names.find((entry) => /^readme\.md$/i.test(entry));
  if (readme === undefined) return undefined;
  return /\n#+ *licen[cs]e\s*\n([\s\S]*\S)/i.exec(readFileSync(join(folder, readme), 'utf8'))?.[1];
}

function textOf(about: unknown, key: string): string {
  if (typeof about !== 'object' || about === null) return '';
  const value = (about as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : '';
}

/** What lies beside the programs as `copyright`. */
export function copyrightText(owner: string, components: readonly Component[]): string {
  const rows = components.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`);
  const texts = components.map(
    ({ name, version, terms }) => `${'-'.repeat(78)}\n${name} ${version}\n\n${terms}\n`,
  );
  return [
    'jidi: monitoring, profiling and control for HPC clusters',
    `Copyright ${owner}`,
    '',
    'Licensed under the Apache License, version 2.0. You may not use this work except in',
    'compliance with the License. On Debian systems its full text is in',
    '/usr/share/common-licenses/Apache-2.0; elsewhere at https://www.apache.org/licenses/LICENSE-2.0.',
    '',
    'This package also holds the work of others, under their own terms, which follow:',
    ...rows,
    '  Node.js, with what is built into it: MIT and others, see node-LICENSE.gz beside this file',
    '',
    ...texts,
  ].join('\n');
}
