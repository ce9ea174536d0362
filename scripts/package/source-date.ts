// The one time that everything in a package has: that of the commit, or what SOURCE_DATE_EPOCH says.
import { spawnSync } from 'node:child_process';
import { StartError } from '../../shared/errors.ts';

/** Seconds since the epoch. Throws StartError where neither is there. */
export function sourceDate(root: string, env: NodeJS.ProcessEnv): number {
  const given = env['SOURCE_DATE_EPOCH'];
  const text = given === undefined || given === '' ? timeOfCommit(root) : given;
  if (/^\d{9,11}$/.test(text)) return Number(text);
  throw new StartError(
    given
      ? `SOURCE_DATE_EPOCH: ${given} is no time`
      : `${root} has no commit whose time the packages could have`,
    'Say the time yourself: SOURCE_DATE_EPOCH=$(date +%s) npm run package',
  );
}

function timeOfCommit(root: string): string {
  const { stdout } = spawnSync('git', ['-c', `safe.directory=${root}`, 'log', '-1', '--format=%ct'], {
    cwd: root,
    encoding: 'utf8',
  });
  return (stdout ?? '').trim();
}
