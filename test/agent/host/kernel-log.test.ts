import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HostError } from '../../../agent/host/host-error.ts';
import { openKernelLog } from '../../../agent/host/kernel-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'kmsg-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each message of the kernel comes once, and nothing is waited for', () => {
  // With a writer that is silent a pipe answers like the kernel's log: try again later.
  const path = join(folder, 'kmsg');
  execFileSync('mkfifo', [path]);
  const writer = openSync(path, 'r+');
  const log = openKernelLog(path);
  const read = (): string[] => {
    const messages: string[] = [];
    log.readNew((message) => messages.push(message));
    return messages;
  };
  expect(read()).toEqual([]);
  writeSync(
    writer,
    '4,12,345,-;NVRM: Xid (PCI:0000:3b:00): 79\n SUBSYSTEM=pci\n6,13,346,-,caller=T1;second; part\n',
  );
  expect(read()).toEqual(['NVRM: Xid (PCI:0000:3b:00): 79', 'second; part']);
  writeSync(writer, '12,14,347,-;by a program\ngarbage\n;\n-1,2,3,4;no\n');
  expect(read()).toEqual([]);
  log.close();
  log.close();
  closeSync(writer);
});

test('a log that cannot be read is an error with its name', () => {
  const path = join(folder, 'missing');
  expect(() => openKernelLog(path).readNew(() => {})).toThrow(new HostError(`read ${path}`, 'ENOENT'));
});
