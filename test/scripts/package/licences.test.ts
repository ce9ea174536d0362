import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { componentsOf, copyrightText, isAllowed } from '../../../scripts/package/licences.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jidi-licences-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function install(folder: string, about: object, files: Readonly<Record<string, string>> = {}): void {
  const place = join(root, 'node_modules', folder);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify(about));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
}

describe('licences of what is shipped', () => {
  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['UNLICENSED', false],
    ['', false],
  ])('%s: allowed is %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });

  test('each package that went in is named once, with its terms, also inside of another', () => {
    install('a', { name: 'a', version: '1.0.0', license: 'MIT' }, { LICENSE: 'terms of a' });
    install('@s/b', { name: '@s/b', version: '2.0.0', license: 'ISC' }, { 'License.md': 'terms of b' });
    install(
      'a/node_modules/c',
      { name: 'c', version: '3.0.0', license: 'MIT' },
      { 'LICENSE.txt': 'terms of c' },
    );
    const sources = ['cli/main.ts', 'a/lib/1.js', 'a/lib/2.js', '@s/b/index.js', 'a/node_modules/c/x.js'];
    const components = componentsOf(
      root,
      sources.map((source) => (source === 'cli/main.ts' ? source : `node_modules/${source}`)),
    );
    expect(components.map(({ name, version }) => `${name} ${version}`)).toEqual([
      '@s/b 2.0.0',
      'a 1.0.0',
      'c 3.0.0',
    ]);
    const text = copyrightText('somebody', components);
    for (const words of ['terms of a', 'terms of b', 'terms of c', 'Copyright somebody', 'a 1.0.0: MIT']) {
      expect(text).toContain(words);
    }
  });

  test('where there is no file, the terms in the readme count', () => {
    install(
      'a',
      { name: 'a', version: '1.0.0', license: 'MIT' },
      { 'Readme.md': '# a\n\n## License\n\nMIT, see there\n' },
    );
    expect(componentsOf(root, ['node_modules/a/x.js'])[0]?.terms).toBe('MIT, see there');
  });

  test('another licence stops the build and is named', () => {
    install('a', { name: 'a', version: '1.0.0', license: 'GPL-3.0-only' }, { LICENSE: 'x' });
    expect(() => componentsOf(root, ['node_modules/a/x.js'])).toThrow('a: its licence GPL-3.0-only');
  });

  test('a package without any terms stops the build', () => {
    install('a', { name: 'a', version: '1.0.0', license: 'MIT' });
    expect(() => componentsOf(root, ['node_modules/a/x.js'])).toThrow('a: no text of its licence');
  });
});
