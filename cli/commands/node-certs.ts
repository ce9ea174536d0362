// jidi node certs, revoke: who has joined, and putting a node out.
import type { Command } from 'commander';
import type { NodeCertificate } from '../../shared/api/node-identity.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece, type Style } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

export function addNodeCerts(node: Command, context: CommandContext): void {
  const { say } = context;
  node
    .command('certs')
    .description(say('help.nodeCerts'))
    .action(async (_options: object, command: Command) =>
      context.end(await listCertificates(context.session(command))),
    );
  node
    .command('revoke')
    .description(say('help.nodeRevoke'))
    .argument('<node>', say('help.arg.node'))
    .action(async (name: string, _options: object, command: Command) =>
      context.end(await revoke(context.session(command), name)),
    );
}

async function listCertificates({ api, output, say, note }: Session): Promise<number> {
  const certificates = await api.get<readonly NodeCertificate[]>('node-certificates');
  if (output.format === 'json') output.json(certificates);
  else {
    if (certificates.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(certificateColumns(say), certificates);
  }
  return exitCodes.ok;
}

async function revoke({ api, output, say, note }: Session, name: string): Promise<number> {
  const revoked = await api.post<NodeCertificate>(apiPath`node-certificates/${name}/revoke`);
  if (output.format === 'json') output.json(revoked);
  else note([piece(say('nodeCert.revoked', { node: name }), 'dim')]);
  return exitCodes.ok;
}

const styles: Readonly<Record<NodeCertificate['state'], Style>> = {
  valid: 'good',
  expired: 'warning',
  revoked: 'bad',
};

function certificateColumns(say: Say): Column<NodeCertificate>[] {
  return [
    { key: 'node', header: say('header.node'), value: ({ node }) => node },
    {
      key: 'state',
      header: say('header.state'),
      value: ({ state }) => state,
      show: ({ state }) => say(`status.${state}`),
      style: ({ state }) => styles[state],
    },
    {
      key: 'expires',
      header: say('header.expires'),
      value: ({ expires }) => expires,
      show: ({ expires }) => showTime(expires),
    },
    {
      key: 'enrolled',
      header: say('header.enrolled'),
      value: ({ enrolled }) => enrolled,
      show: ({ enrolled }) => showTime(enrolled),
      spare: 2,
    },
    { key: 'epoch', header: say('header.epoch'), value: ({ epoch }) => epoch, spare: 1 },
    {
      key: 'fingerprint',
      header: say('header.fingerprint'),
      value: ({ fingerprint }) => fingerprint,
      only: 'wide',
    },
  ];
}
