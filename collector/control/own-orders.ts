// Orders of a user. In: all orders, and what is the user's own. Out: the same, of own jobs and own processes alone.
// It refuses (ControlError): jobs, processes and nodes of others exactly as those that do not exist; control groups, whole nodes and
// commands, whoever's they are; to stop or delete what somebody else has started.
//
// A process is named with its start time, so that none of somebody else is profiled that has got its number meanwhile.
import { type Control, ControlError, type StartProfileOrder } from './control.ts';
import { checkJob, checkProfile, requireKnownNodes } from './order-checks.ts';

interface Started {
  readonly startedBy?: string | undefined;
}

export interface OwnThings {
  readonly user: string;
  isOwnJob(job: string): boolean;
  knowsNode(node: string): boolean;
  /** Start of an own process that the node lists now, ms; null: there is none. */
  processStart(node: string, pid: number): Promise<number | null>;
  /** null: there is no such profile, or it is of somebody else. */
  profile(id: string): Promise<Started | null>;
  continuousProfile(id: string): Promise<Started | null>;
}

export function ownOrders(control: Control, own: OwnThings): Control {
  return {
    async startProfile(order, actor) {
      return control.startProfile({ ...(await ownOrder(order, own)), startedBy: own.user }, actor);
    },
    async stopProfile(id, actor) {
      requireStarted(await own.profile(id), own, unknownProfile(id));
      await control.stopProfile(id, actor);
    },
    async deleteProfile(id, actor) {
      requireStarted(await own.profile(id), own, unknownProfile(id));
      await control.deleteProfile(id, actor);
    },
    async startContinuous(order, actor) {
      if (order.job === null) throw notYours('a continuous profile of all that nodes do', 'Name your job.');
      checkJob(order.job);
      requireOwnNodes(order.nodes, own);
      requireOwnJob(order.job, own);
      return control.startContinuous({ ...order, startedBy: own.user }, actor);
    },
    async stopContinuous(id, actor) {
      requireStarted(await own.continuousProfile(id), own, unknownContinuous(id));
      await control.stopContinuous(id, actor);
    },
    runCommand: () => Promise.reject(noCommands()),
    cancelCommand: () => Promise.reject(noCommands()),
    actions: () => control.actions(),
  };
}

async function ownOrder(order: StartProfileOrder, own: OwnThings): Promise<StartProfileOrder> {
  const { target, nodes } = order;
  checkProfile(order);
  if (target.kind === 'node' || target.kind === 'cgroup') {
    throw notYours(
      target.kind === 'node' ? 'a profile of a whole node' : 'a profile of a control group',
      'Profile your job or one of your processes.',
    );
  }
  requireOwnNodes(nodes, own);
  if (target.kind === 'job') {
    requireOwnJob(target.job, own);
    return order;
  }
  const [node] = new Set(nodes);
  if (node === undefined || new Set(nodes).size > 1) {
    const remedy = 'Name the node of the process; of many nodes profile the job.';
    throw new ControlError('bad-parameter', 'a process is on one node', remedy);
  }
  const startTimeMs = await own.processStart(node, target.pid);
  const isMeant = target.startTimeMs === null || Math.abs(target.startTimeMs - (startTimeMs ?? 0)) <= 1000;
  if (startTimeMs === null || !isMeant) throw unknownProcess(node, target.pid);
  return { ...order, target: { ...target, startTimeMs } };
}

function requireOwnNodes(nodes: readonly string[], own: OwnThings): void {
  requireKnownNodes(nodes, new Set(nodes.filter((node) => own.knowsNode(node))));
}

function requireOwnJob(job: string, own: OwnThings): void {
  if (own.isOwnJob(job)) return;
  const remedy = 'See where it runs: squeue, qstat, or jidi top NODE.';
  throw new ControlError('unknown-job', `job ${job}: no node says that it runs it`, remedy);
}

function requireStarted(found: Started | null, { user }: OwnThings, unknown: ControlError): void {
  if (found === null) throw unknown;
  if (found.startedBy === user) return;
  throw notYours('to stop or delete what somebody else has started', 'Ask who started it.');
}

function unknownProcess(node: string, pid: number): ControlError {
  const message = `process ${pid} on ${node}: not among the processes that are told of you`;
  return new ControlError('unknown-process', message, `See them: jidi top ${node}`);
}

function unknownProfile(id: string): ControlError {
  return new ControlError('unknown-profile', `There is no profile ${id}.`, 'List them: jidi profile ls');
}

function unknownContinuous(id: string): ControlError {
  const remedy = 'List them: jidi profile continuous ls';
  return new ControlError('unknown-profile', `There is no continuous profile ${id}.`, remedy);
}

function noCommands(): ControlError {
  return notYours('commands', 'Ask an operator.');
}

function notYours(what: string, remedy: string): ControlError {
  return new ControlError('not-yours', `role user: ${what} is not allowed`, remedy);
}
