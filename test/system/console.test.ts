// The console in a real browser over the real product: from the map to the node, its processes, their functions.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SplitProgram, shareTolerance } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { launchBrowser, Visit, whyNoBrowser } from './console-visit.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoBrowser() ?? whyNoProfile();
const hostile = '<img src="//x" onerror="document.title=1">';

let jidi: RunningJidi;
let browser: Browser;
let split: SplitProgram;
let pid: number;
let visit: Visit;
let tolerance = Number.NaN;

beforeAll(async () => {
  if (missing !== undefined) return;
  split = new SplitProgram();
  pid = split.run(hostile);
  jidi = await RunningJidi.start();
  browser = await launchBrowser();
  // In the dark every colour of a chart is vivid, the lowest of a heat map, too.
  visit = await Visit.begin(browser, jidi.url, { colorScheme: 'dark' });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await browser.close();
  split.remove();
  await jidi.stop();
});
afterEach(() => {
  if (missing === undefined) expect(visit.faults.splice(0)).toEqual([]);
});

test('the node map shows n1 and leads to its page', async () => {
  const { page } = visit;
  await page.goto('/');
  const map = page.getByRole('application', { name: 'Node map, 1 nodes' });
  await visit.untilColored(map, 2);
  const row = page.getByRole('table', { name: 'All nodes' }).getByRole('row', { name: 'n1' });
  await until('its CPU ratio', async () => /up\s+compute node\s+\d/.test(await row.innerText()));
  await map.focus();
  await map.press('Home');
  await page.getByText(/^n1, up, CPU \d/).waitFor({ state: 'attached' });
  await map.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'n1' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/nodes/n1');
});

test('the same by a click on the map', async () => {
  const { page } = visit;
  await page.goto('/');
  const map = page.getByRole('application', { name: 'Node map, 1 nodes' });
  await visit.untilColored(map, 2);
  await map.click({ position: { x: 10, y: 10 } });
  await page.waitForURL('**/nodes/n1');
});

describe('the page of a node', () => {
  beforeAll(async () => {
    if (missing === undefined) await visit.page.goto('/nodes/n1');
  });

  test.each(['CPU utilization', 'CPU per core', 'Memory', 'Load', 'Network throughput'])(
    'draws %s and tells its figures',
    async (name) => {
      const chart = visit.page.getByRole('region', { name, exact: true });
      await chart.locator('canvas').waitFor();
      await visit.untilDrawn(chart.locator('canvas'));
      expect(await chart.locator('.legend').innerText()).toMatch(/\d/);
      await chart.getByRole('button', { name: `${name}: As a table` }).click();
      const figures = await chart.getByRole('table').getByRole('row').nth(1).innerText();
      expect(figures.match(/\d/g)?.length).toBeGreaterThan(2);
      await chart.getByRole('button', { name: `${name}: As a table` }).click();
    },
  );

  test('lists the busy process, and shows its hostile command line as text', async () => {
    const row = processRow();
    expect(await row.innerText()).toContain(`${split.path} ${hostile}`);
    expect(await visit.page.locator('main img').count()).toBe(0);
    expect(await visit.page.title()).not.toBe('1');
    await until('its CPU ratio', async () => percents(await row.innerText()).some((ratio) => ratio > 5));
  });

  test('is live', async () => {
    const time = visit.page.getByTestId('process-time');
    const first = await time.innerText();
    await until('a later process table', async () => (await time.innerText()) !== first);
  });
});

describe('a profile that is started from the console', () => {
  test('goes on in sight and ends with the hot function', async () => {
    const { page } = visit;
    await page.goto('/nodes/n1');
    await processRow()
      .getByRole('button', { name: `Profile: split ${pid}` })
      .click();
    const dialog = page.getByRole('dialog', { name: `Profile split (${pid})` });
    await dialog.getByRole('spinbutton', { name: 'Duration' }).fill('10');
    await dialog.getByRole('button', { name: 'Start profile' }).click();
    await page.waitForURL('**/profiles/prf_*');
    const bar = page.getByRole('progressbar', { name: 'Progress' });
    const seen = new Set<number>();
    await until('the flame graph', async () => {
      if (await bar.isVisible())
        seen.add(Number(await bar.getAttribute('aria-valuenow', { timeout: 500 }).catch(() => 0)));
      // Stacks are there a moment before the end is told.
      const status = await page.getByTestId('profile-page').getAttribute('data-status');
      return status === 'finished' && (await flame().isVisible());
    });
    expect([...seen].filter((value) => value > 0 && value < 100).length).toBeGreaterThan(2);
    const facts = await page.getByTestId('profile-facts').innerText();
    const [, samples] = /Samples\s+(\d+)/.exec(facts) ?? [];
    tolerance = shareTolerance(Number(samples));
  });

  test('has a flame graph that is read by eye, by pointer and by keys', async () => {
    const { page } = visit;
    await visit.untilColored(flame(), 5);
    expect(Number(await flame().getAttribute('data-boxes'))).toBeGreaterThan(5);
    const line = page.getByTestId('flame-line');
    await flame().focus();
    const path: string[] = [];
    for (let step = 0; step < 12 && path.at(-1) !== 'hot'; step += 1) {
      await flame().press('ArrowDown');
      path.push((await line.innerText()).split(' · ')[0] ?? '');
    }
    expect(path.slice(-3)).toEqual(['main', 'work', 'hot']);
    expectHot(percents(await line.innerText())[0]);
    const boxes = Number(await flame().getAttribute('data-boxes'));
    await flame().press('Enter');
    await until('fewer boxes', async () => Number(await flame().getAttribute('data-boxes')) < boxes);
    await page.getByRole('button', { name: 'Reset zoom' }).click();
    await until('all boxes', async () => Number(await flame().getAttribute('data-boxes')) === boxes);
  });

  test('finds functions in all views', async () => {
    const search = visit.page.getByRole('searchbox', { name: 'Find functions' });
    await search.fill('hot');
    expectHot(percents(await visit.page.getByText('matched').innerText())[0]);
    await search.fill('work');
    expect(percents(await visit.page.getByText('matched').innerText())[0]).toBeGreaterThan(97);
    await search.fill('no such function');
    await visit.page.getByText('No function matches.').waitFor();
    await search.fill('');
  });

  test('shows shares and callers bottom-up', async () => {
    await view('Bottom-up');
    const table = visit.page.getByRole('treegrid', { name: 'Bottom-up' });
    expectHot(await totalOf(functionRow(table, 'hot')));
    expectShare(await totalOf(functionRow(table, 'cold')), 5);
    await functionRow(table, 'hot').getByRole('button', { name: 'Expand: hot' }).click();
    const work = table.locator('tbody tr[aria-level="2"]').first();
    await work.getByRole('button', { name: 'work', exact: true }).waitFor();
    expectHot(await totalOf(work));
  });

  test('shows the call logic top-down', async () => {
    await view('Top-down');
    const table = visit.page.getByRole('treegrid', { name: 'Top-down' });
    const hot = functionRow(table, 'hot');
    expectHot(await totalOf(hot));
    const names = await table.getByRole('row').allInnerTexts();
    const order = ['main', 'work', 'hot'].map((name) =>
      names.findIndex((text) => text.trim().startsWith(name)),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    await view('Both');
  });

  test('is downloaded as a file that other programs read', async () => {
    const download = visit.page.waitForEvent('download');
    await visit.page.getByRole('link', { name: 'pprof' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^n1-\d+-prf_\w+\.pb\.gz$/);
    expect(gunzipSync(readFileSync(await file.path())).toString('latin1')).toContain('hot');
  });

  test('is listed on its node and among all profiles', async () => {
    const { page } = visit;
    for (const path of ['/profiles', '/nodes/n1']) {
      await page.goto(path);
      const row = page.getByRole('table', { name: 'Profiles' }).getByRole('row', { name: `split · ${pid}` });
      expect(await row.innerText()).toContain('finished');
    }
  });
});

test('speaks Chinese and English, and keeps the choice', async () => {
  const { page } = visit;
  await page.goto('/nodes/n1');
  await page.getByRole('button', { name: '切换到中文' }).click();
  await page.getByRole('region', { name: 'CPU 利用率' }).waitFor();
  await page.reload();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(await page.locator('nav').first().innerText()).toMatch(/节点[\s\S]*性能剖析[\s\S]*命令/);
  await page.getByTestId('language').click();
  await page.getByRole('region', { name: 'CPU utilization' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test('follows the system in light and dark, and the person more than the system', async () => {
  const { page } = visit;
  const ground = (): Promise<string> =>
    page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/nodes/n1');
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  await until('a dark ground', async () => (await ground()) !== light);
  const dark = await ground();
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await until('a light ground', async () => (await ground()) === light);
  await page.reload();
  expect(await ground()).toBe(light);
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await until('a dark ground again', async () => (await ground()) === dark);
});

test('every page is accessible in light and dark', async () => {
  const [profile] = await jidi.cliJson<{ id: string }[]>('profile', 'ls');
  const command = await jidi.cliJson<{ id: string }>('run', 'service-status', '-w', 'n1');
  const paths = [
    '/',
    '/nodes/n1',
    '/profiles',
    `/profiles/${profile?.id}`,
    '/commands',
    `/commands/${command.id}`,
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    const check = await Visit.begin(browser, jidi.url, { colorScheme, bypassCSP: true });
    for (const path of paths) {
      await check.page.goto(path);
      await check.page.locator('main table, main pre').first().waitFor();
      expect(await check.seriousFaults(), `${path}, ${colorScheme}`).toEqual([]);
    }
    await check.end();
  }
});

test('an address that names nothing says so', async () => {
  await visit.page.goto('/nothing/here/at/all');
  await visit.page.getByText('There is no page at this address.').waitFor();
  await visit.page.getByRole('link', { name: 'Go to the nodes' }).click();
  await visit.page.getByRole('application', { name: /Node map/ }).waitFor();
});

function flame(): Locator {
  return visit.page.getByTestId('flame-graph');
}

function processRow(): Locator {
  const button = visit.page.getByRole('button', { name: `Profile: split ${pid}` });
  return visit.page.getByRole('table', { name: 'Processes' }).getByRole('row').filter({ has: button });
}

function functionRow(table: Locator, name: string): Locator {
  const button = visit.page.getByRole('button', { name, exact: true });
  return table.locator('tbody tr').filter({ has: button }).first();
}

async function view(name: string): Promise<void> {
  const views = visit.page.getByRole('group', { name: 'View' });
  await views.getByRole('button', { name, exact: true }).click();
}

/** The share in the last column, in percent. */
async function totalOf(row: Locator): Promise<number> {
  return percents(await row.locator('td').last().innerText())[0] ?? Number.NaN;
}

function percents(text: string): readonly number[] {
  return [...text.matchAll(/([\d.]+) ?%/g)].map(([, figure]) => Number(figure));
}

function expectHot(share: number | undefined): void {
  expectShare(share, 95);
}

function expectShare(share: number | undefined, percent: number): void {
  expect(Math.abs((share ?? 0) - percent), `${share} %, not ${percent} %`).toBeLessThan(tolerance * 100);
}
