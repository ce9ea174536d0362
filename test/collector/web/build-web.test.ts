import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb } from '../../../scripts/build-web.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jidi-web-'));
  await buildWeb(folder);
  await buildWeb(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('built console', () => {
  it('is one page that names its scripts and one style sheet, and nothing outside', async () => {
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const named = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    const files = (await readdir(join(folder, 'assets'))).filter((name) => !name.endsWith('.txt'));
    expect(named.filter((path) => path.endsWith('.css'))).toHaveLength(1);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(files).toEqual(expect.arrayContaining(named.map((path) => path.replace('/assets/', ''))));
    // What is loaded on demand; a second build leaves nothing of the first behind.
    const later = files.filter((name) => !page.includes(name)).map((name) => name.replace(/-\w+\.js$/, ''));
    expect(later.filter((name) => name !== 'chunk')).toEqual([
      'chart-table',
      'continuous-detail',
      'order-dialogs',
      'people-pages',
      'profile-detail',
      'reasons-zh',
    ]);
    expect(page).not.toMatch(/<style|style="|\son\w+="|<script>/);
  });

  it('loads at most 80 kB at first', async () => {
    let bytes = 0;
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    for (const name of await readdir(join(folder, 'assets'))) {
      const text = await readFile(join(folder, 'assets', name));
      if (page.includes(name)) bytes += gzipSync(text).length;
      // Nothing but what the page names is fetched before somebody asks for it.
      if (!page.includes(name)) continue;
      const imports = [...text.toString().matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)].map(
        ([, file]) => file,
      );
      expect(imports.filter((file) => !page.includes(file ?? ''))).toEqual([]);
    }
    bytes += gzipSync(await readFile(join(folder, 'index.html'))).length;
    expect(bytes).toBeLessThan(80_000);
  });
});
