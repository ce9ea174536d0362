// Claim: generated = stored + declared, exactly, with no duplicate, through every fault that the tests of the account
// inject, in the numbers of the whole promise: 100 kills of either side, 30 power losses, 300 cuts, 2,000 flipped bits.
// Deadline: 90 minutes.
//
// In: test/system/accounting*. Measured: the tests themselves, with JIDI_ACCOUNTING=whole; a part of their names after
// `--` runs only those. What needs root and a file system of its own is left out otherwise.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
const table = join(folder, 'table');
try {
  const [part] = process.argv.slice(2);
  const only = part === undefined ? [] : ['-t', part];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'waiting', 'test/system/accounting', ...only],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, JIDI_ACCOUNTING: 'whole', JIDI_ACCOUNTING_TABLE: table },
    },
  );
  const rows = existsSync(table) ? readFileSync(table, 'utf8') : '';
  process.stdout.write(
    `\n| fault | generated | stored | declared | duplicates |\n|---|---|---|---|---|\n${rows}`,
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
