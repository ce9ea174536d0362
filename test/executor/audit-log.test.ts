import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditEntry, AuditLog, findAuditBreak, readAuditLines } from '../../executor/audit-log.ts';
import { RunRegister } from '../../executor/run-register.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function append(log: AuditLog, count: number, event: AuditEntry['event'] = 'begun'): void {
  for (let index = 0; index < count; index += 1) log.append({ event, timeMs: index, detail: {} });
}

test('the chain goes on over a restart and over rotation, and old files go', () => {
  const limits = { fileBytes: 600, keepFiles: 2 };
  for (let start = 0; start < 3; start += 1) {
    const log = new AuditLog(folder, limits);
    append(log, 7);
    log.close();
  }
  expect(readdirSync(folder).sort()).toEqual([
    'audit.1.jsonl',
    'audit.2.jsonl',
    'audit.jsonl',
    'refused.jsonl',
  ]);
  const lines = readAuditLines(folder, 'done');
  expect(findAuditBreak(lines)).toBeUndefined();
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ number: 21 });
});

test('any number of refusals leaves what was done in place', () => {
  const log = new AuditLog(folder, { fileBytes: 600, keepFiles: 2 });
  append(log, 3, 'begun');
  append(log, 200, 'refused');
  log.close();
  expect(readAuditLines(folder, 'done')).toHaveLength(3);
  const refused = readAuditLines(folder, 'refused');
  expect(refused.length).toBeLessThan(200);
  expect(JSON.parse(refused.at(-1) ?? '')).toMatchObject({ number: 200, event: 'refused' });
});

test('a changed, a missing and a moved line are found', () => {
  const log = new AuditLog(folder);
  append(log, 6);
  log.close();
  const lines = readAuditLines(folder, 'done');
  const changed = lines.with(2, (lines[2] ?? '').replace('"begun"', '"ended"'));
  const [a = '', b = ''] = [lines[3], lines[4]];
  expect(findAuditBreak(changed)).toBe(4);
  expect(findAuditBreak(lines.toSpliced(2, 1))).toBe(3);
  expect(findAuditBreak(lines.with(3, b).with(4, a))).toBe(4);
  expect(findAuditBreak(lines.with(1, 'not JSON'))).toBe(2);
});

test('a torn last line is cut off and the chain goes on', () => {
  const log = new AuditLog(folder);
  append(log, 2);
  log.close();
  appendFileSync(join(folder, 'audit.jsonl'), '{"number":3,"ev');
  const again = new AuditLog(folder);
  append(again, 1);
  again.close();
  const lines = readAuditLines(folder, 'done');
  expect(lines).toHaveLength(3);
  expect(findAuditBreak(lines)).toBeUndefined();
});

const ended = {
  kind: 'ended',
  timeMs: 2,
  state: 'finished',
  exitCode: 0,
  truncated: false,
  reason: null,
} as const;

test('the register keeps outcomes, forgets them after a day and keeps what a torn line left', () => {
  const register = new RunRegister(folder, 1_000);
  register.begin({ id: 'cmd_00000001', digest: 'a', beganTimeMs: 1_000 });
  register.end('cmd_00000001', ended);
  register.begin({ id: 'cmd_00000002', digest: 'b', beganTimeMs: 90_000_000 });
  register.close();
  appendFileSync(join(folder, 'runs.jsonl'), '{"id":"cmd_0000');
  const second = new RunRegister(folder, 2_000);
  expect(second.unfinished).toEqual(['cmd_00000002']);
  expect(second.find('cmd_00000001')?.ended).toEqual(ended);
  expect(second.find('cmd_00000002')?.ended?.state).toBe('unknown');
  second.close();
  const third = new RunRegister(folder, 90_000_000);
  expect(third.find('cmd_00000001')).toBeUndefined();
  expect(third.find('cmd_00000002')?.ended?.state).toBe('unknown');
  third.close();
  expect(readFileSync(join(folder, 'runs.jsonl'), 'utf8').split('\n')).toHaveLength(2);
});

test('an empty and a damaged register file do not stop the start', () => {
  writeFileSync(join(folder, 'runs.jsonl'), '\n\u0000\u0000{}\n[]\n7\n{"id":1}\n');
  const register = new RunRegister(folder, 1);
  expect(register.unfinished).toEqual([]);
  register.close();
});
