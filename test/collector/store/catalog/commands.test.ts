import { describe, expect, test } from 'vitest';
import type { Command, CommandReport } from '../../../../shared/model/command.ts';
import { sender, t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

describe('commands and audit', () => {
  const target = {
    node: 'n1',
    state: 'pending',
    startedTimeMs: null,
    endedTimeMs: null,
    exitCode: null,
    output: '',
    truncated: false,
    reason: null,
  } as const;
  const command: Command = {
    id: 'c1',
    action: 'service-status',
    parameters: { service: 'sshd' },
    requester: 'me',
    issuedTimeMs: t0,
    expiresTimeMs: t0 + 60_000,
    timeoutMs: 60_000,
    targets: [target, { ...target, node: 'n2' }],
  };
  const said: CommandReport = {
    commandId: 'c1',
    state: 'running',
    output: 'one\n',
    truncated: false,
    exitCode: null,
    reason: null,
    timeMs: t0 + 1,
  };

  test('reports go to the target of their node only; what is over stays over', async () => {
    const { calls: records } = openRecords();
    await records.putCommand(command);
    expect(await records.command('c1')).toEqual(command);
    await records.appendRecords(sender, { sequence: 1, payload: { kind: 'command', report: said } });
    await records.appendRecords(sender, {
      sequence: 2,
      payload: {
        kind: 'command',
        report: { ...said, state: 'finished', output: 'two', exitCode: 0, timeMs: t0 + 2 },
      },
    });
    await records.applyCommandReport('n1', { ...said, state: 'unknown', output: '', timeMs: t0 + 3 });
    await records.applyCommandReport('n9', said);
    const strange = { kind: 'command', report: { ...said, commandId: 'c9' } } as const;
    expect(await records.appendRecords(sender, { sequence: 3, payload: strange })).toEqual({
      outcome: 'stored',
      ignoredReports: 1,
    });
    const done = {
      ...target,
      state: 'finished',
      startedTimeMs: t0 + 1,
      endedTimeMs: t0 + 2,
      exitCode: 0,
      output: 'one\ntwo',
    };
    expect((await records.command('c1'))?.targets).toEqual([done, { ...target, node: 'n2' }]);
    expect((await records.commands({ limit: 5 }))[0]?.targets[0]).toEqual({ ...done, output: '' });
  });

  test('a guess gives way to what really became of a command', async () => {
    const { calls: records } = openRecords();
    await records.putCommand(command);
    await records.applyCommandReport('n1', { ...said, state: 'unknown' });
    await records.applyCommandReport('n1', { ...said, state: 'running' });
    expect((await records.command('c1'))?.targets[0]?.state).toBe('unknown');
    await records.applyCommandReport('n1', { ...said, state: 'failed', exitCode: 3, timeMs: t0 + 9 });
    expect((await records.command('c1'))?.targets[0]).toMatchObject({
      state: 'failed',
      exitCode: 3,
      endedTimeMs: t0 + 9,
    });
  });

  test('output is kept up to 256 KiB, characters whole, and the cut is told', async () => {
    const { calls: records } = openRecords();
    await records.putCommand(command);
    const euros = '€'.repeat(21_000);
    for (let part = 0; part < 5; part += 1)
      await records.applyCommandReport('n1', { ...said, output: euros });
    const kept = (await records.command('c1'))?.targets[0];
    expect(kept?.truncated).toBe(true);
    expect(kept?.output).toBe('€'.repeat(Math.floor((256 * 1024) / 3)));
  });

  test('the audit log is read newest first and cannot be changed', async () => {
    const { calls: records } = openRecords();
    const record = (timeMs: number) => ({
      timeMs,
      event: 'command-requested',
      actor: 'me',
      subject: 'c1',
      detail: { n: timeMs },
    });
    for (const timeMs of [t0, t0 + 2, t0 + 1]) await records.appendAudit(record(timeMs));
    expect(await records.audit({ limit: 2 })).toEqual([record(t0 + 2), record(t0 + 1)]);
    expect(await records.audit({ limit: 2, beforeMs: t0 + 1 })).toEqual([record(t0)]);
  });
});
