// A demo has profiles to look at from the beginning. In: the address of the console. Out: profiles of busy processes of a few
// nodes, ordered as a person would. What fails is left out: a demo without profiles is a demo, too.
import type { StartProfile } from '../shared/api/profile.ts';

interface ListedNode {
  readonly name: string;
}

interface ListedProcess {
  readonly pid: number;
  readonly cpuRatio: number;
  readonly job: string | null;
}

const profiles = 4;
/** Nodes that are looked at, spread over the cluster: on some of them no job runs. */
const candidates = 24;
const seconds = 10;
const answerWithinMs = 10_000;

export async function startDemoProfiles(url: string): Promise<void> {
  try {
    const all = (await ask(`${url}api/v1/nodes`)) as readonly ListedNode[];
    const step = Math.max(1, Math.floor(all.length / (candidates + 1)));
    let started = 0;
    for (let index = step; index < all.length && started < profiles; index += step) {
      if (await startOne(url, all[index]?.name ?? '')) started += 1;
    }
  } catch (error) {
    console.error(
      `demo: no profiles to begin with: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Of the busiest process of a job; false where none runs. */
async function startOne(url: string, node: string): Promise<boolean> {
  const table = (await ask(`${url}api/v1/nodes/${node}/processes`)) as {
    processes: readonly ListedProcess[];
  };
  const [busiest] = table.processes
    .filter(({ job }) => job !== null)
    .toSorted((a, b) => b.cpuRatio - a.cpuRatio);
  if (busiest === undefined) return false;
  const order: StartProfile = { nodes: node, pid: busiest.pid, duration: seconds };
  await ask(`${url}api/v1/profiles`, {
    method: 'POST',
    body: JSON.stringify(order),
    headers: { 'content-type': 'application/json' },
  });
  return true;
}

async function ask(url: string, options: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(answerWithinMs) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
