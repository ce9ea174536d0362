// Tells how services of this node are. Harmless: it asks systemd, or looks for the daemon's process without systemd.
// It refuses services that the node's policy does not list.
import { existsSync } from 'node:fs';
import type { Action, ActionContext } from '../action.ts';
import { findProcesses } from '../find-processes.ts';
import { Refusal } from '../refusal.ts';

const properties = ['LoadState', 'ActiveState', 'SubState', 'MainPID', 'ActiveEnterTimestamp'] as const;
const pattern = '^[a-z][a-z0-9_@.-]{0,62}$';

export const serviceStatus: Action = {
  name: 'service-status',
  description: 'Tell whether services of the node run',
  changesNode: false,
  parameters: [
    {
      name: 'service',
      description: "One service of the node's list; all of the list when it is not given",
      pattern,
      required: false,
    },
  ],
  settings: [{ name: 'services', nullable: false }],

  check({ parameters, policy, policyFile }) {
    const services = policy.settings.services ?? [];
    const odd = services.find((service) => !new RegExp(pattern).test(service));
    if (odd !== undefined) {
      throw new Refusal(
        'policy-unusable',
        `${JSON.stringify(odd)} in actions."service-status".services of ${policyFile} is no service name.`,
        `Mend ${policyFile} on this node.`,
      );
    }
    const { service } = parameters;
    if (service !== undefined && !services.includes(service)) {
      throw new Refusal(
        'policy-denied',
        `The policy of this node does not list the service ${service}; it lists: ${services.join(', ')}.`,
        `To allow it on this node, add it to actions."service-status".services in ${policyFile}.`,
      );
    }
  },

  async run(context) {
    const { service } = context.parameters;
    const services = service === undefined ? (context.policy.settings.services ?? []) : [service];
    const systemd = existsSync(context.machine.systemdFolder);
    if (!systemd) context.write('systemd does not run here; looked for processes by name\n');
    for (const name of services) {
      const status = systemd ? await askSystemd(context, name) : lookForProcess(context, name);
      context.write(`${name}: ${status}\n`);
    }
    return { exitCode: 0, reason: null };
  },
};

async function askSystemd(context: ActionContext, service: string): Promise<string> {
  const args = ['show', '--no-pager', '-p', properties.join(','), '--', `${service}.service`];
  const { exitCode, text } = await context.read(context.machine.systemctl, args);
  if (exitCode !== 0) return `not known, systemctl ended with ${exitCode}: ${text.trim()}`;
  const values = new Map(
    text.split('\n').map((line): [string, string] => {
      const cut = line.indexOf('=');
      return [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
  if (values.get('LoadState') === 'not-found') return 'not installed';
  const pid = values.get('MainPID') ?? '0';
  const since = values.get('ActiveEnterTimestamp') ?? '';
  const details = [pid === '0' ? '' : `pid ${pid}`, since === '' ? '' : `since ${since}`];
  const state = `${values.get('ActiveState') ?? 'not known'} (${values.get('SubState') ?? ''})`;
  return [state, ...details.filter((detail) => detail !== '')].join(', ');
}

function lookForProcess(context: ActionContext, service: string): string {
  const pids = findProcesses(context.machine.procFolder, service);
  return pids.length === 0 ? 'not running' : `running, pid ${pids.join(', ')}`;
}
