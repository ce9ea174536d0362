// In: an order for a continuous profile, and those that run. Out: nothing, or a ControlError that names what is wrong or too much.
import { type ContinuousProfile, continuousLimits } from '../../../shared/model/continuous-profile.ts';
import { ControlError, type StartContinuousOrder } from '../control.ts';
import { checkJob, requireWithin, tooMany } from '../order-checks.ts';

export function checkContinuous({ nodes, job, frequencyHz, windowMs }: StartContinuousOrder): void {
  if (job !== null) checkJob(job);
  if (job === null && nodes.length === 0) {
    const remedy = 'Name at least one, or a job; none never means all.';
    throw new ControlError('unknown-node', 'The continuous profile names no node and no job.', remedy);
  }
  requireWithin('frequency', frequencyHz, continuousLimits.frequencyHz, 'Hz');
  requireWithin('window', windowMs, continuousLimits.windowMs, 'ms');
}

export function requireRoom(running: readonly ContinuousProfile[]): void {
  if (running.length < continuousLimits.running) return;
  const remedy = 'Stop one: jidi profile continuous ls';
  throw tooMany(`${continuousLimits.running} continuous profiles run already.`, remedy);
}

/** `found`: the nodes that its first window would have. */
export function requireNodeRoom(
  { job }: StartContinuousOrder,
  found: readonly string[],
  running: readonly ContinuousProfile[],
): void {
  if (found.length === 0) {
    const remedy = 'See where it runs: squeue, qstat, or jidi top NODE.';
    throw new ControlError('unknown-job', `job ${job}: no node says that it runs it`, remedy);
  }
  if (found.length > continuousLimits.nodes) {
    const message = `The continuous profile is of ${found.length} nodes; ${continuousLimits.nodes} are allowed.`;
    throw tooMany(message, 'Name fewer nodes.');
  }
  const counts = new Map<string, number>();
  for (const { nodes, seenNodes } of running)
    for (const node of nodes.length > 0 ? nodes : seenNodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  const full = found.find((node) => (counts.get(node) ?? 0) >= continuousLimits.perNode);
  if (full === undefined) return;
  const remedy = 'Stop one of them: jidi profile continuous ls';
  throw tooMany(`${continuousLimits.perNode} continuous profiles are of node ${full} already.`, remedy);
}
