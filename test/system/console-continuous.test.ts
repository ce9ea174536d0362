// Continuous profiles in a real browser over the real product: one is started, its windows come, their functions lie upon each
// other in one flame graph, each window is a page of its own, and it is stopped; in two languages and themes.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ContinuousProfile } from '../../shared/api/continuous-profile.ts';
import { SplitProgram } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { launchBrowser, Visit, whyNoBrowser } from './console-visit.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoBrowser() ?? whyNoProfile();

let jidi: RunningJidi;
let browser: Browser;
let split: SplitProgram;
let visit: Visit;

beforeAll(async () => {
  if (missing !== undefined) return;
  split = new SplitProgram();
  split.run();
  jidi = await RunningJidi.start();
  browser = await launchBrowser();
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

test('a continuous profile shows its windows together and one by one, and is stopped', async () => {
  const { page } = visit;
  const order = ['n1', '--window', '10s', '--frequency', '49'];
  const { id } = await jidi.cliJson<ContinuousProfile>('profile', 'continuous', 'start', ...order);
  await page.goto('/profiles');
  await page.getByRole('link', { name: 'Continuous', exact: true }).click();
  await page.getByTestId('continuous-list').getByRole('link', { name: 'n1' }).click();
  expect(new URL(page.url()).pathname).toBe(`/continuous/${id}`);
  const windows = page.getByTestId('profile-list');
  await windows.locator('[data-status=finished]').first().waitFor({ timeout: 60_000 });
  const functions = page.getByRole('region', { name: 'Functions of these windows together' });
  await functions.getByRole('button', { name: 'hot', exact: true }).first().waitFor({ timeout: 30_000 });
  expect(await functions.locator('[data-choice=difference]').count()).toBe(0);
  await functions.locator('[data-choice=class]').first().click();
  await functions.getByRole('button', { name: 'own code' }).first().waitFor();
  expect(await visit.seriousFaults()).toEqual([]);

  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('.page-bar [data-status=stopped]').waitFor();
  await windows
    .locator('tr', { has: page.locator('[data-status=finished]') })
    .first()
    .getByRole('link')
    .first()
    .click();
  await page.getByTestId('profile-facts').waitFor();
  await page.getByRole('link', { name: 'Continuous', exact: true }).click();
  await page.getByTestId('continuous-facts').waitFor();
}, 150_000);

test('is started in Chinese, and says what is wrong with an order', async () => {
  const other = await Visit.begin(browser, jidi.url, { colorScheme: 'light', locale: 'zh-CN' });
  await other.page.goto('/continuous');
  await other.page.getByText('开始持续剖析').click();
  await other.page.getByTestId('start-continuous').click();
  await other.page.getByText('没有这个节点').waitFor();
  await other.page.getByLabel('节点').fill('n1');
  await other.page.getByTestId('start-continuous').click();
  await other.page.getByTestId('continuous-facts').waitFor();
  expect(await other.seriousFaults()).toEqual([]);
  await other.page.getByRole('button', { name: '停止' }).click();
  await until('the stop', async () =>
    (await jidi.json<ContinuousProfile[]>('/api/v1/continuous-profiles')).every(
      ({ status }) => status === 'stopped',
    ),
  );
  // An order that names nothing is refused on purpose.
  expect(other.faults.filter((fault) => !/404|400/.test(fault))).toEqual([]);
});
