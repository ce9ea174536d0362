// jidi audit: who did what, newest first.
import type { Command } from 'commander';
import type { AuditRecord } from '../../shared/api/command.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { addListOptions, type ListOptions, listQuery } from '../list-options.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

export function addAudit(parent: Command, context: CommandContext): void {
  const { say } = context;
  addListOptions(parent.command('audit').description(say('help.audit')), say).action(
    async (options: ListOptions, command: Command) =>
      context.end(await showAudit(context.session(command), options)),
  );
}

async function showAudit({ api, output, say, note, clock }: Session, options: ListOptions): Promise<number> {
  const records = await api.get<readonly AuditRecord[]>('audit', listQuery(options, clock));
  if (output.format === 'json') output.json(records);
  else {
    if (records.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(auditColumns(say), records);
  }
  return exitCodes.ok;
}

function auditColumns(say: Say): Column<AuditRecord>[] {
  return [
    {
      key: 'time',
      header: say('header.time'),
      value: ({ time }) => time,
      show: ({ time }) => showTime(time),
    },
    { key: 'event', header: say('header.event'), value: ({ event }) => event },
    { key: 'actor', header: say('header.actor'), value: ({ actor }) => actor, spare: 1 },
    { key: 'subject', header: say('header.subject'), value: ({ subject }) => subject },
    {
      key: 'detail',
      header: say('header.detail'),
      value: ({ detail }) => JSON.stringify(detail),
      show: ({ detail }) => detailText(detail),
      shrinks: true,
    },
  ];
}

function detailText(detail: AuditRecord['detail']): string {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(detail)
    .map(([key, value]) => `${key}=${text(value)}`)
    .join(' ');
}
