// A simulated fleet as a program: see `fleetUsage`. In: flags, and asks of a parent over IPC. Out: streams to a collector, a line
// of figures every ten seconds, answers to asks. It ends by itself after --seconds, at a signal, and with its parent.
import { errorMessage, StartError } from '../../shared/errors.ts';
import { runProgram } from '../../shared/lifecycle.ts';
import { Fleet } from './agent/fleet.ts';
import { figuresOf } from './figures.ts';
import type { FleetAnswer, FleetAsk } from './fleet-asks.ts';
import { type FleetFlags, fleetUsage, parseFleetFlags } from './fleet-flags.ts';
import { planFleet } from './values/fleet-plan.ts';

const tellEveryMs = 10_000;
const drainWithinMs = 15_000;

await runProgram({ name: 'fleet', stopDeadlineMs: 5_000 }, async () => {
  const flags = readFlags();
  const { nodes, seed, startMs, series } = flags;
  const plan = planFleet({ nodes, seed, startMs, ...(series === undefined ? {} : { series }) });
  const { credentials, ...rest } = flags;
  const fleet = new Fleet({
    ...rest,
    ...(credentials === undefined ? {} : { credentials }),
    plan,
    nodes: plan.nodes.slice(flags.from, flags.to),
  });
  process.on('message', (ask: FleetAsk) => void answer(fleet, ask));
  const telling = setInterval(() => tell(fleet), tellEveryMs);
  await fleet.start(backfillTimes(flags));
  process.stdout.write(`fleet: ${fleet.agents} agents\n`);
  if (flags.seconds > 0) setTimeout(() => void finish(fleet), flags.seconds * 1000);
  return {
    async stop() {
      clearInterval(telling);
      fleet.stop();
    },
  };
});

async function finish(fleet: Fleet): Promise<void> {
  await fleet.drain(drainWithinMs);
  tell(fleet);
  process.kill(process.pid, 'SIGTERM');
}

function tell(fleet: Fleet): void {
  if (process.connected) return;
  const { agents, streaming, generated, acknowledged, refused, kept, acks } = figuresOf(fleet);
  const latency = `acks p50 ${acks.p50.toFixed(1)} ms p99 ${acks.p99.toFixed(1)} ms`;
  const counts = `${generated} generated, ${acknowledged} acknowledged, ${refused} refused, ${kept} under way`;
  process.stdout.write(`${streaming} of ${agents} agents stream; ${counts}; ${latency}\n`);
}

async function answer(fleet: Fleet, ask: FleetAsk): Promise<void> {
  if (ask.what === 'storm') fleet.storm();
  if (ask.what === 'drain') await fleet.drain(ask.deadlineMs);
  if (ask.what === 'forget-latencies') {
    fleet.statistics.acknowledgements.clear();
    fleet.statistics.liveAges.clear();
  }
  const answered: FleetAnswer = { id: ask.id, figures: figuresOf(fleet) };
  process.send?.(answered);
}

/** Aligned moments of the past, the last one an interval ago. */
function backfillTimes({ backfillMs, backfillStepMs }: FleetFlags): readonly number[] {
  const count = Math.floor(backfillMs / backfillStepMs);
  const last = Math.floor((Date.now() - backfillStepMs / 2) / backfillStepMs) * backfillStepMs;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * backfillStepMs);
}

function readFlags(): FleetFlags {
  try {
    return parseFleetFlags(process.argv.slice(2));
  } catch (error) {
    throw new StartError(errorMessage(error), fleetUsage, { cause: error });
  }
}
