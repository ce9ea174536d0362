// A demo has profiles to look at from the beginning. In: the address of the console. Out: profiles of a job on all its nodes, of
// what it waits for, of a busy process and of a node, ordered as a person would. What fails is left out: a demo without profiles is a demo, too.
import { setTimeout } from 'node:timers/promises';
import type { StartProfile } from '../shared/api/profile.ts';

interface ListedNode {
  readonly name: string;
}

interface ListedProcess {
  readonly pid: number;
  readonly cpuRatio: number;
  readonly job: string | null;
}

type Ordered = (node: string, process: ListedProcess) => StartProfile;

const seconds = 10;
const orders: readonly Ordered[] = [
  (_node, { job }) => ({ job: job ?? '', duration: seconds }),
  (nodes, { pid }) => ({ nodes, pid, duration: seconds }),
  (_node, { job }) => ({ job: job ?? '', event: 'wall', duration: seconds }),
  (nodes) => ({ nodes, wholeNode: true, duration: seconds }),
];
/** Nodes that are looked at, spread over the cluster: on some of them no job runs. */
const candidates = 24;
const answerWithinMs = 10_000;
const looks = 6;
const betweenLooksMs = 5_000;

export async function startDemoProfiles(url: string): Promise<void> {
  try {
    // Processes arrive with the first ticks of the nodes.
    for (let look = 0; look < looks; look += 1) {
      if ((await startAll(url)) > 0) return;
      await setTimeout(betweenLooksMs);
    }
  } catch (error) {
    console.error(
      `demo: no profiles to begin with: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** How many of the orders were given. */
async function startAll(url: string): Promise<number> {
  const all = (await ask(`${url}api/v1/nodes`)) as readonly ListedNode[];
  const step = Math.max(1, Math.floor(all.length / (candidates + 1)));
  let started = 0;
  for (let index = step; index < all.length; index += step) {
    const order = orders[started];
    if (order === undefined) break;
    if (await startOne(url, all[index]?.name ?? '', order)) started += 1;
  }
  return started;
}

/** Of the busiest process of a job; false where none runs. */
async function startOne(url: string, node: string, order: Ordered): Promise<boolean> {
  const table = (await ask(`${url}api/v1/nodes/${node}/processes`)) as {
    processes: readonly ListedProcess[];
  };
  const [busiest] = table.processes
    .filter(({ job }) => job !== null)
    .toSorted((a, b) => b.cpuRatio - a.cpuRatio);
  if (busiest === undefined) return false;
  await ask(`${url}api/v1/profiles`, {
    method: 'POST',
    body: JSON.stringify(order(node, busiest)),
    headers: { 'content-type': 'application/json' },
  });
  return true;
}

async function ask(url: string, options: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(answerWithinMs) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
