// The views of a profile in a real browser over the real product: window in time, spread, shapes, a function between its callers
// and callees, difference, import, marks on charts, and links that show the same again.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SplitProgram } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { launchBrowser, Visit, whyNoBrowser } from './console-visit.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoBrowser() ?? whyNoProfile();
const seconds = 10;
const folded = 'main;work;hot 700\nmain;work;cold 200\nmain;idle 100\n';

let jidi: RunningJidi;
let browser: Browser;
let split: SplitProgram;
let visit: Visit;
let path: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  split = new SplitProgram();
  const pid = split.run();
  jidi = await RunningJidi.start();
  browser = await launchBrowser();
  visit = await Visit.begin(browser, jidi.url, { colorScheme: 'dark' });
  const order = { nodes: 'n1', pid, duration: seconds };
  const { id } = await post('profiles', JSON.stringify(order), 'application/json');
  path = `/profiles/${id}`;
  await visit.page.goto(path);
  await until('a finished profile', async () => (await status()) === 'finished');
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

describe('what is looked at', () => {
  test('is a window in time, chosen by keys', async () => {
    const { page } = visit;
    await page.goto(path);
    const all = await weightOf('all');
    const course = page.getByTestId('time-window');
    await visit.untilColored(course, 3);
    await course.focus();
    for (let second = 0; second < 4; second += 1) await course.press('ArrowRight');
    for (let second = 0; second < 3; second += 1) await course.press('Shift+ArrowRight');
    await course.press('Enter');
    await page.getByTestId('chips').waitFor();
    await until('fewer samples', async () => (await weightOf('all')) < all * 0.6);
    expect(page.url()).toMatch(/from=4.*to=7/);
    // What is exported is what is looked at.
    expect(await page.getByRole('link', { name: 'folded' }).getAttribute('href')).toMatch(/from=4.*to=7/);
    await page.reload();
    await until('the same again', async () => (await weightOf('all')) < all * 0.6);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await until('all samples', async () => (await weightOf('all')) === all);
  });

  test('is a window in time, drawn with the pointer', async () => {
    const { page } = visit;
    await page.goto(path);
    const box = await page.getByTestId('time-window').boundingBox();
    if (box === null) throw new Error('the course of the profile is not in sight');
    await page.mouse.move(box.x + box.width * 0.1, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.45, box.y + 80, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=1(&|\.0*&).*to=[45]/);
  });

  test('is one thread, chosen on its bar', async () => {
    const { page } = visit;
    await page.goto(path);
    const bar = page.getByTestId('spread').getByRole('button').first();
    await bar.click();
    await page.waitForURL('**thread=*');
    expect(await bar.getAttribute('aria-pressed')).toBe('true');
    await bar.click();
    await until('no thread', async () => !page.url().includes('thread='));
  });

  test('is rolled up by module', async () => {
    const { page } = visit;
    await page.goto(`${path}?view=bottom-up`);
    await page.getByRole('group', { name: 'Frames' }).getByRole('button', { name: 'Module' }).click();
    const table = page.getByRole('treegrid', { name: 'Bottom-up' });
    await until('modules', async () => (await names(table)).includes('split'));
    expect(await names(table)).not.toContain('hot');
  });

  test('stays zoomed to the same function in a link', async () => {
    const { page } = visit;
    await page.goto(`${path}?view=flame`);
    await flame().focus();
    for (let step = 0; step < 12 && (await focused()) !== 'hot'; step += 1) await flame().press('ArrowDown');
    await flame().press('Enter');
    await page.waitForURL('**zoom=*');
    await page.reload();
    await page.getByTestId('flame-line').getByText('hot ·').waitFor();
    await page.goBack();
    await page.getByText(/^Hover or use the arrow keys/).waitFor();
  });
});

test('a function stands between its callers and its callees', async () => {
  const { page } = visit;
  await page.goto(`${path}?view=bottom-up`);
  await page.getByRole('button', { name: 'Callers and callees: work' }).click();
  await page.waitForURL('**view=sandwich*');
  await page.getByTestId('picked-function').getByText('work', { exact: true }).waitFor();
  await visit.untilColored(page.getByTestId('callers-graph'), 2);
  const callers = page.getByTestId('callers-graph');
  await callers.focus();
  await callers.press('ArrowUp');
  await callers.press('ArrowUp');
  expect(await callers.getAttribute('data-focused')).toBe('main');
  const callees = page.getByTestId('callees-graph');
  await callees.focus();
  await callees.press('ArrowDown');
  await callees.press('ArrowDown');
  expect(await callees.getAttribute('data-focused')).toBe('hot');
});

describe('a difference', () => {
  test('of the two halves of a steady program may be chance', async () => {
    const { page } = visit;
    await page.goto(`${path}?view=difference`);
    await page.getByRole('button', { name: 'Another window' }).click();
    await page.getByRole('button', { name: 'First half' }).click();
    // One of them may differ for sure, by chance; not all of them do.
    await page.getByTestId('difference-table').getByText('may be chance').first().waitFor();
    await visit.untilColored(page.getByTestId('difference-graph'), 2);
  });

  test('to an imported profile names what has changed for sure', async () => {
    const { page } = visit;
    await page.goto('/profiles');
    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a profile' });
    const file = { name: 'before.folded', mimeType: 'text/plain', buffer: Buffer.from(folded) };
    await dialog.getByLabel('File').setInputFiles(file);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.waitForURL('**/profiles/prf_*');
    await page.getByRole('treegrid', { name: 'Bottom-up' }).getByText('idle').waitFor();
    const base = page.url().split('/').at(-1) ?? '';
    await page.goto(`${path}?view=difference`);
    const choice = page.getByRole('combobox', { name: 'Another profile' });
    await choice.selectOption(base);
    const sides = page.getByTestId('difference-sides');
    await sides.getByText('1,000 samples').waitFor();
    const idle = page.getByTestId('difference-table').getByRole('row').filter({ hasText: 'idle' });
    expect(await idle.innerText()).toMatch(/10\.0 %\s+0\.0 %\s+−10\.0/);
    expect(await idle.innerText()).not.toContain('may be chance');
  });
});

test('a whole node is profiled from its page', async () => {
  const { page } = visit;
  await page.goto('/nodes/n1');
  await page.getByRole('button', { name: 'New profile' }).click();
  const dialog = page.getByRole('dialog', { name: 'Start a profile' });
  const whole = dialog.getByRole('button', { name: 'Whole node' });
  expect(await whole.getAttribute('aria-pressed')).toBe('true');
  expect(await dialog.getByRole('textbox', { name: 'Nodes' }).inputValue()).toBe('n1');
  await dialog.getByRole('spinbutton', { name: 'Duration' }).fill(String(seconds));
  await dialog.getByRole('button', { name: 'Start profile' }).click();
  await page.getByRole('heading', { level: 1, name: 'Whole node' }).waitFor();
});

test('a profile is a mark on the charts of its node, and the mark opens it', async () => {
  const { page } = visit;
  await page.goto('/nodes/n1');
  const over = page.getByRole('region', { name: 'Memory', exact: true }).locator('.u-over');
  const width = (await over.boundingBox())?.width ?? 0;
  const tooltip = page.getByTestId('mark-tooltip');
  // It lies somewhere near the end of the last ten minutes.
  for (let x = width - 1; x > 0 && !(await tooltip.getByText('split').isVisible()); x -= 2) {
    await over.hover({ position: { x, y: 3 } });
  }
  await page.mouse.down();
  await page.mouse.up();
  await page.waitForURL(`**${path}`);
});

test('every view is accessible in light and dark, and none is wider than a narrow screen', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const check = await Visit.begin(browser, jidi.url, { colorScheme, bypassCSP: true });
    // Tables have the same colours everywhere; what each view adds is looked at once in each theme.
    const others = colorScheme === 'dark' ? ['top-down', 'sandwich'] : ['both'];
    for (const view of [...others, 'difference&baseFrom=0&baseTo=5&from=5']) {
      await check.page.goto(`${path}?view=${view}`);
      await check.page.locator('.functions tbody tr').first().waitFor();
      expect(await check.seriousFaults(), `${view}, ${colorScheme}`).toEqual([]);
    }
    await check.page.goto('/profiles');
    for (const name of ['New profile', 'Import']) {
      await check.page.getByRole('button', { name }).click();
      await check.page.getByRole('dialog').waitFor();
      expect(await check.seriousFaults(), `${name}, ${colorScheme}`).toEqual([]);
      await check.page.keyboard.press('Escape');
    }
    await check.end();
  }
  const narrow = await Visit.begin(browser, jidi.url, { viewport: { width: 390, height: 800 } });
  for (const view of ['both', 'sandwich', 'difference&baseFrom=0&baseTo=5&from=5']) {
    await narrow.page.goto(`${path}?view=${view}`);
    await narrow.page.locator('.functions tbody tr').first().waitFor();
    expect(await narrow.page.evaluate<number>('document.documentElement.scrollWidth'), view).toBe(390);
  }
  await narrow.end();
});

function flame(): Locator {
  return visit.page.getByTestId('flame-graph');
}

async function focused(): Promise<string> {
  return (await flame().getAttribute('data-focused')) ?? '';
}

async function status(): Promise<string | null> {
  return visit.page.getByTestId('profile-page').getAttribute('data-status');
}

/** Samples of the box in focus, after Home of the flame graph. */
async function weightOf(name: string): Promise<number> {
  await flame().waitFor();
  await flame().focus();
  for (let step = 0; step < 40 && (await focused()) !== name; step += 1) await flame().press('ArrowUp');
  if ((await focused()) !== name) await flame().press('ArrowDown');
  const line = await visit.page.getByTestId('flame-line').innerText();
  return Number(/([\d,]+) samples/.exec(line)?.[1]?.replaceAll(',', '') ?? Number.NaN);
}

async function names(table: Locator): Promise<readonly string[]> {
  return table.locator('tbody .function-name').allInnerTexts();
}

async function post(resource: string, body: string, type: string): Promise<{ readonly id: string }> {
  const answer = await fetch(new URL(`api/v1/${resource}`, jidi.url), {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`POST ${resource}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { id: string };
}
