// Restarts the Slurm daemon of this node: through systemd, or by the command that the node's policy names.
// It refuses when there is neither. Jobs keep running while slurmd restarts; Slurm is made for that.
import { existsSync } from 'node:fs';
import { isAbsolute, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Action, ActionContext, ActionOutcome } from '../action.ts';
import { findProcesses } from '../find-processes.ts';
import { Refusal } from '../refusal.ts';
import { checkTrustedProgram } from '../trusted-file.ts';

const unit = 'slurmd.service';
const activeWithinMs = 30_000;
const askEveryMs = 500;

export const restartSlurmd: Action = {
  name: 'restart-slurmd',
  description: 'Restart the Slurm daemon of the node; running jobs go on',
  changesNode: true,
  parameters: [],
  settings: [{ name: 'restartCommand', nullable: true }],

  check({ policy, policyFile, machine }) {
    const [program] = policy.settings.restartCommand ?? [];
    if (program === undefined) {
      if (existsSync(machine.systemdFolder)) return;
      throw new Refusal(
        'no-systemd',
        'systemd does not run on this node, so restart-slurmd needs a command of the site.',
        `Set actions."restart-slurmd".restartCommand in ${policyFile}, e.g. ["/usr/local/sbin/restart-slurmd"].`,
      );
    }
    if (!isAbsolute(program) || normalize(program) !== program) {
      throw new Refusal(
        'program-unusable',
        `${JSON.stringify(program)} in actions."restart-slurmd".restartCommand is not an absolute path.`,
        `Write the whole path of the program in ${policyFile}.`,
      );
    }
    checkTrustedProgram(program, policyFile);
  },

  async run(context) {
    const [program, ...args] = context.policy.settings.restartCommand ?? [];
    return program === undefined ? await throughSystemd(context) : await throughSite(context, program, args);
  },
};

async function throughSite(
  context: ActionContext,
  program: string,
  args: readonly string[],
): Promise<ActionOutcome> {
  const exitCode = await context.run(program, args);
  if (exitCode !== 0) return failure(exitCode, `${program} ended with ${exitCode}.`);
  const pids = findProcesses(context.machine.procFolder, 'slurmd');
  context.write(
    pids.length === 0 ? 'no process named slurmd runs\n' : `slurmd runs: pid ${pids.join(', ')}\n`,
  );
  return { exitCode, reason: null };
}

async function throughSystemd(context: ActionContext): Promise<ActionOutcome> {
  const { systemctl } = context.machine;
  const exitCode = await context.run(systemctl, ['restart', '--no-ask-password', '--', unit]);
  if (exitCode !== 0) return failure(exitCode, `systemctl restart ${unit} ended with ${exitCode}.`);
  const deadline = performance.now() + activeWithinMs;
  let state = '';
  while (!context.signal.aborted) {
    state = (await context.read(systemctl, ['is-active', '--', unit])).text.trim();
    if (state === 'active') {
      context.write(`${unit} is active\n`);
      return { exitCode: 0, reason: null };
    }
    if (state === 'failed' || performance.now() > deadline) break;
    await delay(askEveryMs, undefined, { ref: false });
  }
  return failure(1, `${unit} was restarted but is ${state}, not active.`);
}

function failure(exitCode: number, message: string): ActionOutcome {
  const remedy = 'Look at the output above and at the log of slurmd on this node: journalctl -u slurmd.';
  return { exitCode, reason: { code: 'restart-failed', message, remedy } };
}
