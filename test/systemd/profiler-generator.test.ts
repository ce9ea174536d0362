import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const generator = join(import.meta.dirname, '../../systemd/jidi-profiler-generator');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-generator-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Of a machine with this kernel. */
function generated(release: string): string | null {
  writeFileSync(join(folder, 'uname'), `#!/bin/sh\necho ${release}\n`, { mode: 0o755 });
  execFileSync(generator, [folder, folder, folder], { env: { PATH: `${folder}:/usr/bin:/bin` } });
  const path = join(folder, 'jidi-profiler@.service.d/50-linux-before-6.15.conf');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

test.each([
  '4.18.0-553.el8.x86_64',
  '5.14.0-611.el9.x86_64',
  '6.1.0-41-amd64',
  '6.8.0-90-generic',
  '6.14.11',
])('on Linux %s the profiler may see what others have mapped only with CAP_SYS_PTRACE', (release) => {
  expect(generated(release)).toContain(
    'AmbientCapabilities=CAP_SYS_PTRACE\nCapabilityBoundingSet=CAP_SYS_PTRACE',
  );
});

test.each(['6.15.0', '6.15-rc1', '6.18.44-fc', '7.0.1'])(
  'on Linux %s it has no more than its unit',
  (release) => {
    expect(generated(release)).toBeNull();
  },
);
