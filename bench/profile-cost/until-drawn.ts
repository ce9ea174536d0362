// From the end of sampling to the flame graph on a screen. In: a profile of a program with many threads, a browser that has its page
// open. Out: how long, and where it goes. Program, agent, collector and browser share this machine: an upper bound.
import { chromium, type Page } from 'playwright-core';
import type { Programs } from '../measuring/started-programs.ts';
import { findProgram } from '../measuring/started-programs.ts';
import { CountedProgram } from './counted-program.ts';
import { ProfilingJidi } from './profiling-jidi.ts';
import { ProgramWatch } from './program-watch.ts';

const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
];
const browsers = ['chromium', 'chromium-browser', 'google-chrome'];

export interface DrawnCase {
  readonly name: string;
  readonly threads: number;
  readonly cores: number;
  readonly seconds: number;
  readonly frequency: number;
  readonly callGraph: 'auto' | 'fp' | 'dwarf';
}

/** Milliseconds after the end of sampling. */
export interface Drawn {
  readonly name: string;
  readonly samples: number;
  readonly usedCallGraph: string;
  /** From the order to the first sample. */
  readonly beganAfter: number;
  readonly recordedBy: number;
  readonly readFrom: number;
  readonly readBy: number;
  readonly toldBy: number;
  readonly askedAt: number;
  readonly answeredBy: number;
  readonly drawnBy: number;
}

export async function measureDrawn(programs: Programs, drawn: DrawnCase, turns: number): Promise<Drawn[]> {
  const executablePath = browsers.map(findProgram).find((path) => path !== undefined);
  if (executablePath === undefined) throw new Error('no browser, install it with: apt-get install chromium');
  const jidi = await ProfilingJidi.start(programs, programs.makeFolder());
  const program = new CountedProgram({ folder: programs.makeFolder(), ...drawn });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  const page = await browser.newPage({ baseURL: jidi.url, viewport: { width: 1440, height: 900 } });
  try {
    program.runOn();
    const results: Drawn[] = [];
    for (let turn = 0; turn < turns; turn += 1)
      results.push(await measureOne({ jidi, program, page }, drawn));
    return results;
  } finally {
    await browser.close();
    program.close();
    await programs.stopAll();
  }
}

interface Stage {
  readonly jidi: ProfilingJidi;
  readonly program: CountedProgram;
  readonly page: Page;
}

async function measureOne({ jidi, program, page }: Stage, drawn: DrawnCase): Promise<Drawn> {
  const orderedMs = Date.now();
  const watch = new ProgramWatch(jidi.agentPid, { withMemory: false });
  const { seconds: duration, frequency, callGraph } = drawn;
  const id = await jidi.begin({ pid: program.pid, duration, frequency, callGraph });
  await page.goto(`/profiles/${id}?view=flame`);
  const { toldMs, drawnMs } = await page.evaluate<{ toldMs: number; drawnMs: number }>(untilPainted);
  watch.end();
  const profile = await jidi.profile(id);
  if (profile.status !== 'finished' && profile.status !== 'partial')
    throw new Error(`the profile is ${profile.status}: ${profile.reason?.message}`);
  const endedMs = (profile.ended ?? 0) * 1000;
  const [asked, answered] = await page.evaluate<[number, number]>(stacksAnswer);
  const seen = [...watch.programs.values()];
  const record = seen.filter(({ name }) => name === 'perf record').at(-1);
  const script = seen.filter(({ name, fromMs }) => name === 'perf script' && fromMs > endedMs);
  return {
    name: drawn.name,
    samples: profile.samples ?? 0,
    usedCallGraph: profile.callGraph ?? '',
    beganAfter: (profile.started ?? 0) * 1000 - orderedMs,
    recordedBy: (record?.toMs ?? Number.NaN) - endedMs,
    readFrom: (script[0]?.fromMs ?? Number.NaN) - endedMs,
    readBy: (script.at(-1)?.toMs ?? Number.NaN) - endedMs,
    toldBy: toldMs - endedMs,
    askedAt: asked - endedMs,
    answeredBy: answered - endedMs,
    drawnBy: drawnMs - endedMs,
  };
}

/** Runs in the page: the moment after the frame in which the canvas got its boxes. */
const untilPainted = `new Promise((resolve) => {
  let toldMs = 0;
  const look = () => {
    const status = document.querySelector('[data-testid=profile-page]')?.dataset.status;
    if (toldMs === 0 && ['finished', 'partial', 'stopped', 'failed'].includes(status)) toldMs = Date.now();
    const canvas = document.querySelector('[data-testid=flame-graph]');
    if (canvas !== null && Number(canvas.dataset.boxes) > 1 && canvas.width > 0) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 3; at < data.length; at += 4 * 97) if (data[at] > 0) return void requestAnimationFrame(() => resolve({ toldMs, drawnMs: Date.now() }));
    }
    setTimeout(look, 20);
  };
  look();
})`;

const stacksAnswer = `(() => {
  const entry = performance.getEntriesByType('resource').filter(({ name }) => /\\/stacks/.test(name)).at(-1);
  return [performance.timeOrigin + entry.startTime, performance.timeOrigin + entry.responseEnd];
})()`;
