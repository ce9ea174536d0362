// Claim: a flame graph of 200,000 branches, up to 500 deep and with long names, is drawn in less than 0.1 s in a real browser.
//
// In: the console's own modules in headless Chromium without a GPU, 1,440 × 900 pixels. Told: putting the answer's columns in
// order (once for a profile), laying out what is seen, painting it until the pixels are there, each the median of rounds.
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { printNote } from './measuring/report.ts';
import { makeLargeStacks } from './profiles/large-stacks.ts';

const root = join(import.meta.dirname, '..');
const rounds = 25;
const size = { width: 1440, height: 900 };

const script = await bundle();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage({ viewport: size });
  await page.addScriptTag({ content: script });
  const sent = makeLargeStacks();
  printNote(`${sent.parents.length} branches, ${sent.functions.length} functions\n`);
  for (const zoomed of [-1, 0]) {
    const figures = await page.evaluate<Figures>(
      `flameDraw.measure(${JSON.stringify(sent)}, ${JSON.stringify({ ...size, rounds, zoomed })})`,
    );
    const { boxes, order, layout, paint } = figures;
    const name = zoomed < 0 ? 'all' : 'zoomed';
    printNote(
      `${name}: ${boxes} boxes seen; order ${ms(order)}, lay out ${ms(layout)}, paint ${ms(paint)}, ` +
        `lay out and paint ${ms(layout + paint)}\n`,
    );
  }
} finally {
  await browser.close();
}

/** Milliseconds. */
interface Figures {
  readonly boxes: number;
  readonly order: number;
  readonly layout: number;
  readonly paint: number;
}

function ms(figure: number): string {
  return `${figure.toFixed(1)} ms`;
}

/** Reading a pixel back waits until all of it is painted. */
async function bundle(): Promise<string> {
  const contents = `
    import { showStacks } from './flame/shown-stacks.ts';
    import { viewFlame } from './flame/flame-view.ts';
    import { paintFlame } from './flame/flame-paint.ts';
    import { chooseHues, colorGroups, frameColors } from './flame/flame-color.ts';
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
    export function measure(sent, { width, height, rounds, zoomed }) {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      document.body.append(canvas);
      const context = canvas.getContext('2d');
      const [order, layout, paint] = [[], [], []];
      let boxes = 0;
      for (let round = 0; round < rounds; round += 1) {
        const begin = performance.now();
        const { stacks, tree } = showStacks(sent);
        const moduleOf = ({ module }) => module;
        const hues = chooseHues(colorGroups(stacks, stacks.self, moduleOf));
        const colors = frameColors(tree.frames, moduleOf, hues, 'dark');
        const ordered = performance.now();
        const view = viewFlame(tree, { base: -1, zoomed, minWidth: 0.5 / width });
        const laid = performance.now();
        const colorOf = (branch) => colors[tree.frameIds[branch] ?? 0] ?? '#888';
        const nameOf = (branch) => tree.frames[tree.frameIds[branch] ?? 0]?.function ?? 'all';
        const picture = { view, colorOf, nameOf, isMatch: null, theme: 'dark', width, height };
        paintFlame(context, { ...picture, scrollTop: 0, icicle: true });
        context.getImageData(0, 0, 1, 1);
        const painted = performance.now();
        order.push(ordered - begin);
        layout.push(laid - ordered);
        paint.push(painted - laid);
        boxes = view.count;
      }
      return { boxes, order: median(order), layout: median(layout), paint: median(paint) };
    }`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, 'collector/web'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'flameDraw',
    minify: true,
    target: 'chrome116',
  });
  return outputFiles[0]?.text ?? '';
}
