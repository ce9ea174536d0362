// Every static check, in the order of their speed; goes on after a failure so that one run tells everything.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'biome', 'check', '--error-on-warnings'],
  ['protocol lint', 'buf', 'lint'],
  ['protocol compatibility', 'buf', 'breaking', '--against', 'proto/released.binpb'],
  ['protocol types', process.execPath, 'scripts/generate-proto.ts', '--check'],
  ['reference pages', process.execPath, 'scripts/generate-reference.ts', '--check'],
  ['types', 'tsc', '-b'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
];

const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
const failed = checks.filter(([name, command, ...args]) => {
  console.log(`check: ${name}`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  return result.status !== 0;
});
if (failed.length > 0) {
  console.error(`failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exitCode = 1;
}
