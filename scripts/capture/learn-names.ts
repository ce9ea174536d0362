// Finds the names of a machine that have no shape of their own: host, domain, users, mount sources, serial numbers.
// In: the record of a machine. Out: the anonymiser has learned them.
import { basename } from 'node:path';
import type { Anonymiser } from './anonymiser.ts';
import type { MachineRecord } from './recording-host.ts';

export interface MachineNames {
  readonly hostName: string;
  /** Contents of /etc/resolv.conf and /etc/passwd; empty when there are none. */
  readonly resolver: string;
  readonly passwd: string;
}

const firstPersonUid = 1000;
const nobodyUid = 65_534;
const serialFiles =
  /^(?:serial|wwid|eui|nguid|unique_id|(?:product|board|chassis)_serial|machine-id|hostid)$/;
/** Users of services that bear a number of people on some machines; their names are in paths that sources know. */
const services =
  /^(?:slurm|munge|jidi|pbs\w*|torque|sge\w*|gridware|lustre|beegfs|ceph|ntp|chrony|postgres|mysql|nvidia\S*)$/;
/** Kinds of mounts whose source names a server, a volume or a pool. `/dev/sda1` says nothing. */
const tellingSource = /^(?:[^/\s]+:\/.*|\/\/.+|\/dev\/mapper\/.+)$/;
const pooled = new Set(['zfs', 'beegfs', 'gpfs', 'lustre', 'ceph', 'fuse.glusterfs']);

export function learnNames(record: MachineRecord, names: MachineNames, anonymiser: Anonymiser): void {
  learnHost(names, anonymiser);
  for (const [uid, name] of [...people(names.passwd), ...record.users]) {
    if (uid < firstPersonUid || uid >= nobodyUid || name === String(uid)) continue;
    if (!services.test(name)) anonymiser.learn('user', name);
  }
  for (const [path, bytes] of record.files) {
    const text = bytes.toString('latin1');
    if (/^\/proc\/(?:\w+\/)?(?:mounts|mountinfo|mountstats)$/.test(path)) learnSources(text, anonymiser);
    if (serialFiles.test(basename(path))) anonymiser.learn('serial number', text.trim());
  }
}

function learnHost({ hostName, resolver }: MachineNames, anonymiser: Anonymiser): void {
  const [short = '', ...domain] = hostName.split('.');
  anonymiser.learn('host', short);
  const domains = [...resolver.matchAll(/^(?:search|domain)\s+(.+)$/gm)].flatMap(([, list = '']) =>
    list.split(/\s+/),
  );
  for (const each of [domain.join('.'), ...domains]) {
    if (each.includes('.')) anonymiser.learn('domain', each.replace(/\.$/, ''));
  }
}

function people(passwd: string): readonly (readonly [uid: number, name: string])[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = ''] = line.split(':');
    return name !== '' && /^\d+$/.test(uid) ? [[Number(uid), name] as const] : [];
  });
}

/** Lines of mounts, mountinfo (after ` - `) and mountstats, see proc_pid_mountinfo(5). */
function learnSources(text: string, anonymiser: Anonymiser): void {
  for (const line of text.split('\n')) {
    const statistics = /^device (\S+) mounted on \S+ with fstype (\S+)/.exec(line);
    const info = / - (\S+) (\S+) /.exec(line);
    const [source = '', , type = ''] = line.split(' ');
    if (statistics !== null) learnSource(statistics[1] ?? '', statistics[2] ?? '', anonymiser);
    else if (info !== null) learnSource(info[2] ?? '', info[1] ?? '', anonymiser);
    else learnSource(source, type, anonymiser);
  }
}

function learnSource(source: string, type: string, anonymiser: Anonymiser): void {
  if (tellingSource.test(source) || (pooled.has(type) && source !== type && source !== 'none')) {
    anonymiser.learn('mount source', source);
  }
}
