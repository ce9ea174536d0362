// A person's visit to the console in a real browser. Everything that the browser complains about is kept: errors of
// scripts, refused loads, breaches of the content security policy. It says what is missing where there is no browser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { isExecutable } from './machine-probes.ts';
import { until } from './running-jidi.ts';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = [
  // The pages are our own; root has no sandbox, and containers seldom give one to others.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
const window = { width: 1440, height: 900 };
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Why no browser can be started on this machine and what helps; undefined when one can. */
export function whyNoBrowser(): string | undefined {
  if (programs.some(isExecutable)) return undefined;
  return `${programs.join(' or ')} missing, install with: apt-get install chromium`;
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = programs.find(isExecutable) ?? '';
  return await chromium.launch({ executablePath, args: flags });
}

export class Visit {
  readonly page: Page;
  /** What the browser complained about. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      // Reading canvases is what these tests do, not the console.
      if (message.text().includes('willReadFrequently')) return;
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(message.text());
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
  }

  static async begin(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({ baseURL: url, locale: 'en-US', viewport: window, ...options });
    return new Visit(await context.newPage());
  }

  async end(): Promise<void> {
    await this.page.context().close();
  }

  /** Waits until a canvas has so many opaque colours; axes and text alone have at most two. */
  async untilColored(canvas: Locator, colors: number): Promise<void> {
    await until(
      `${colors} colours in ${canvas.toString()}`,
      async () => (await canvas.evaluate(countColors, 0)) >= colors,
    );
  }

  /** Waits until a canvas shows a line or an area: axes, grid and text are grey. */
  async untilDrawn(canvas: Locator): Promise<void> {
    await until(`a line in ${canvas.toString()}`, async () => (await canvas.evaluate(countColors, 70)) > 0);
  }

  /** Rules of accessibility that the page breaks badly. The context must bypass the content security policy. */
  async seriousFaults(): Promise<readonly string[]> {
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate<AxeResult>(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })`,
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
  }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** Runs in the page. How many colours of at least this vividness there are; of grey ones only what is opaque. */
function countColors(canvas: Canvas, vividness: number): number {
  if (canvas.width === 0 || canvas.height === 0) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set<number>();
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
    const vivid = Math.max(red, green, blue) - Math.min(red, green, blue) >= vividness;
    if (vivid && alpha > (vividness > 0 ? 60 : 254)) colors.add((red << 16) | (green << 8) | blue);
  }
  return colors.size;
}
