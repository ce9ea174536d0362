// What a package does when it comes, is renewed and goes, in POSIX shell; the same sentences for dpkg and rpm. In: a plan.
// Out: shell texts. They make users and folders, tell systemd, renew what runs, and stop it on removal; they never start
// anything for the first time. Data, keys, users and the administrator's configuration are never removed.
import type { PackagePlan } from './packages.ts';

export interface Scriptlets {
  /** After the files are there; `$fresh` is yes the first time, else no. */
  readonly arrived: string;
  /** Before the files of a package that is removed go. */
  readonly leaving: string;
  /** After they are gone. */
  readonly gone: string;
  /** When also the configuration is gone. */
  readonly purged: string;
}

export function scriptletsOf(plan: PackagePlan): Scriptlets {
  if (plan.services.length === 0) return { arrived: '', leaving: '', gone: '', purged: '' };
  const services = plan.services.join(' ');
  return {
    arrived: `systemd-sysusers /usr/lib/sysusers.d/${plan.name}.conf
systemd-tmpfiles --create /usr/lib/tmpfiles.d/${plan.name}.conf
if [ "$fresh" = yes ]; then
  systemctl --no-reload preset ${services}
  if [ -e ${plan.readyWith ?? '/'} ]; then
    echo ${quoted(`${plan.name}: to start it: systemctl start ${plan.name}`)}
  else
    echo ${quoted(plan.nextStep ?? '')}
  fi
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  if [ "$fresh" = no ]; then
    for unit in ${renewed(plan).join(' ')}; do
      systemctl try-restart "$unit" || echo "$unit did not start again; journalctl -u $unit says why"
    done
  fi
fi`,
    leaving: `systemctl --no-reload disable ${services}
if [ -d /run/systemd/system ]; then
  systemctl stop ${stopped(plan).join(' ')}
fi`,
    gone: `if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl reset-failed ${renewed(plan).join(' ')} 2>/dev/null || true
fi
rm -rf ${runFolderOf(plan)}`,
    purged: `echo ${quoted(plan.leavings ?? '')}`,
  };
}

/** Services that run an old program until they are restarted; sockets go on. Templates end with what they do. */
function renewed({ units }: PackagePlan): readonly string[] {
  return units.filter((unit) => unit.endsWith('.service') && !unit.includes('@'));
}

/** First who asks, then who answers; of a template all that there are. */
function stopped({ services, units }: PackagePlan): readonly string[] {
  const others = units.filter((unit) => unit.endsWith('.service') && !services.includes(unit));
  return [...services, ...others.map((unit) => (unit.includes('@') ? `'${unit.replace('@', '@*')}'` : unit))];
}

function runFolderOf({ name }: PackagePlan): string {
  return name === 'jidi-agent' ? '/run/jidi' : `/run/${name}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
