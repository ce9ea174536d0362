// In: what somebody asks for. Out: nothing, or a ControlError that names what is wrong and what is allowed.
// Whether a node does it is decided on the node; these checks only answer earlier.
import { catalogue } from '../../executor/catalogue.ts';
import { parameterFault } from '../../executor/parameters.ts';
import { commandLimits } from '../../shared/model/command.ts';
import { type ProfileTarget, profileLimits } from '../../shared/model/profile.ts';
import { maxTimeMs } from '../../shared/model/time.ts';
import { visible } from '../../shared/text.ts';
import {
  type ActionDescription,
  ControlError,
  type RunCommandOrder,
  type StartProfileOrder,
} from './control.ts';

const namedNodes = 5;

export function describeActions(): readonly ActionDescription[] {
  return catalogue.map(({ name, description, changesNode, parameters }) => ({
    name,
    description,
    changesNode,
    parameters,
  }));
}

export function checkCommand(order: RunCommandOrder): void {
  const action = catalogue.find(({ name }) => name === order.action);
  if (action === undefined) {
    const known = catalogue.map(({ name }) => name).join(', ');
    throw new ControlError(
      'unknown-action',
      `There is no action ${order.action}.`,
      `Known actions: ${known}.`,
    );
  }
  const fault = parameterFault(action, order.parameters);
  if (fault !== undefined) throw badParameter(fault);
  requireWithin('timeout', order.timeoutMs, commandLimits.timeoutMs, 'ms');
  if (order.nodes.length === 0) {
    throw new ControlError(
      'unknown-node',
      'The command names no node.',
      'Name at least one; none never means all.',
    );
  }
  if (order.nodes.length > commandLimits.nodes) {
    throw tooMany(
      `The command names ${order.nodes.length} nodes; ${commandLimits.nodes} are allowed.`,
      'Split it.',
    );
  }
}

export function checkProfile(order: StartProfileOrder): void {
  checkTarget(order.target);
  requireWithin('duration', order.durationMs, profileLimits.durationMs, 'ms');
  requireWithin('frequency', order.frequencyHz, profileLimits.frequencyHz, 'Hz');
}

function checkTarget(target: ProfileTarget): void {
  if (target.kind === 'job') checkJob(target.job);
  if (target.kind === 'cgroup' && !isName(target.path, profileLimits.cgroupPath)) {
    throw badParameter('cgroup must be the path of a control group, as /proc/PID/cgroup shows it');
  }
  if (target.kind !== 'process') return;
  const { pid, startTimeMs, threads } = target;
  requireWithin('pid', pid, profileLimits.pid, '');
  if (startTimeMs !== null) requireWithin('start', startTimeMs, { min: 0, max: maxTimeMs }, 'ms');
  for (const thread of threads ?? []) requireWithin('thread', thread, profileLimits.pid, '');
  if (threads !== null) requireWithin('threads', threads.length, { min: 1, max: profileLimits.threads }, '');
}

export function checkJob(job: string): void {
  if (!isName(job, profileLimits.jobName)) throw badParameter('job must be the name of a job');
}

/** It comes back in sentences: nothing in it may move a cursor or hide. */
function isName(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most && visible(text) === text;
}

export function requireKnownNodes(nodes: readonly string[], known: ReadonlySet<string>): void {
  const unknown = nodes.filter((node) => !known.has(node));
  if (unknown.length === 0) return;
  const more = unknown.length > namedNodes ? ` and ${unknown.length - namedNodes} more` : '';
  throw new ControlError(
    'unknown-node',
    `${unknown.length === 1 ? 'node' : 'nodes'} ${unknown.slice(0, namedNodes).join(', ')}${more}: unknown`,
    'List the nodes with: jidi node ls',
  );
}

export function tooMany(message: string, remedy: string): ControlError {
  return new ControlError('too-many', message, remedy);
}

export function requireWithin(
  name: string,
  value: number,
  limits: { readonly min: number; readonly max: number },
  unit: string,
): void {
  if (Number.isInteger(value) && value >= limits.min && value <= limits.max) return;
  throw badParameter(`${name} must be a whole number from ${limits.min} to ${limits.max} ${unit}`.trimEnd());
}

export function badParameter(message: string): ControlError {
  return new ControlError('bad-parameter', message, 'Mend the parameter and ask again.');
}
