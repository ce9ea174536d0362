// jidi node requests, approve, reject: nodes that wait for a person. A decision is about a key, not about a name: where several
// wait under one name, the person says which.
import type { Command } from 'commander';
import type { NodeRequest } from '../../shared/api/node-identity.ts';
import { formatSeconds } from '../../shared/format.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

type Decision = 'approve' | 'reject';

interface DecisionOptions {
  readonly fingerprint?: string;
}

export function addNodeRequests(node: Command, context: CommandContext): void {
  const { say } = context;
  node
    .command('requests')
    .description(say('help.nodeRequests'))
    .action(async (_options: object, command: Command) =>
      context.end(await listRequests(context.session(command))),
    );
  addDecision(node, context, 'approve');
  addDecision(node, context, 'reject');
}

function addDecision(node: Command, context: CommandContext, decision: Decision): void {
  const { say } = context;
  node
    .command(decision)
    .description(say(decision === 'approve' ? 'help.nodeApprove' : 'help.nodeReject'))
    .argument('<node>', say('help.arg.node'))
    .option('--fingerprint <digits>', say('help.nodeFingerprint'))
    .action(async (name: string, options: DecisionOptions, command: Command) =>
      context.end(await decide(context.session(command), decision, { name, ...options })),
    );
}

async function listRequests({ api, output, say, note, clock }: Session): Promise<number> {
  const requests = await api.get<readonly NodeRequest[]>('node-requests');
  if (output.format === 'json') output.json(requests);
  else {
    if (requests.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(requestColumns(say, clock.now() / 1000), requests);
  }
  return exitCodes.ok;
}

async function decide(
  { api, say, note }: Session,
  decision: Decision,
  { name, fingerprint = '' }: DecisionOptions & { readonly name: string },
): Promise<number> {
  const waiting = await api.get<readonly NodeRequest[]>('node-requests');
  const meant = findMeant(waiting, name, fingerprint);
  await api.order(apiPath`node-requests/${name}/${decision}`, { fingerprint: meant.fingerprint });
  const values = { node: name, fingerprint: meant.fingerprint };
  note([piece(say(decision === 'approve' ? 'nodeRequest.approved' : 'nodeRequest.rejected', values), 'dim')]);
  return exitCodes.ok;
}

function findMeant(waiting: readonly NodeRequest[], name: string, beginning: string): NodeRequest {
  const fitting = waiting.filter(
    (request) => request.node === name && request.fingerprint.startsWith(beginning.toLowerCase()),
  );
  const [first, second] = fitting;
  if (first === undefined) {
    const message = `node ${JSON.stringify(name)}: no such request waits`;
    throw new CliError(exitCodes.notFound, message, 'List what waits: jidi node requests');
  }
  if (second === undefined) return first;
  const message = `node ${name}: ${fitting.length} keys wait under this name`;
  const remedy = `Compare with the node, and name one: --fingerprint ${first.fingerprint.slice(0, 16)}`;
  throw new CliError(exitCodes.usage, message, remedy);
}

function requestColumns(say: Say, now: number): Column<NodeRequest>[] {
  return [
    { key: 'node', header: say('header.node'), value: ({ node }) => node },
    { key: 'fingerprint', header: say('header.fingerprint'), value: ({ fingerprint }) => fingerprint },
    {
      key: 'reason',
      header: say('header.reason'),
      value: ({ reason }) => reason,
      show: ({ reason }) => say(`nodeReason.${reason}`),
      style: ({ reason }) => (reason === 'in-use' ? 'warning' : 'plain'),
    },
    { key: 'address', header: say('header.address'), value: ({ address }) => address },
    {
      key: 'agentVersion',
      header: say('fact.agent'),
      value: ({ agentVersion }) => agentVersion,
      only: 'wide',
    },
    {
      key: 'asked',
      header: say('header.asked'),
      value: ({ asked }) => asked,
      show: ({ asked }) => say('ago', { time: formatSeconds(Math.max(0, now - asked)) }),
      align: 'right',
      spare: 1,
    },
  ];
}
