// The content of one recorded file or output as it may leave the machine. In: its path, its bytes. Out: its bytes
// without names. Command lines and environments go whole; names of processes go unless they are daemons that sources
// look for.
import { basename } from 'node:path';
import type { Anonymiser } from './anonymiser.ts';

const knownDaemons = new Set([
  'slurmd',
  'slurmstepd',
  'slurmctld',
  'pbs_mom',
  'sge_execd',
  'munged',
  'chronyd',
  'ntpd',
]);
/** Types of the auxiliary vector that tell how to read /proc, see getauxval(3); the others are addresses. */
const usefulAuxiliary = new Set([6n, 17n]);
const auxiliaryEntryBytes = 16;

export function cleanFile(path: string, bytes: Buffer, anonymiser: Anonymiser): Buffer {
  const name = basename(path);
  if (path.endsWith('/auxv')) return cleanAuxiliary(bytes);
  if (/^\/proc\/\w+\/(?:cmdline|environ)$/.test(path))
    return Buffer.from(bytes.length === 0 ? '' : 'command\0');
  const text = bytes.toString('latin1');
  if (/^\/proc\/\w+\/(?:stat|comm|status)$/.test(path)) {
    return Buffer.from(anonymiser.text(cleanProcess(name, text)), 'latin1');
  }
  return Buffer.from(anonymiser.text(cleanText(name, text, anonymiser)), 'latin1');
}

export function cleanOutput(program: string, text: string, anonymiser: Anonymiser): string {
  const tagged = text
    .replace(/<process_name>[^<]*</g, '<process_name>command<')
    .replace(/<(\w*(?:serial|guid|pdi)\w*)>([^<]+)</gi, (whole, tag: string, value: string) =>
      /^(?:n\/a|disabled|enabled|0)$/i.test(value.trim())
        ? whole
        : `<${tag}>${anonymiser.learn('serial number', value.trim())}<`,
    );
  const named = /^(?:chronyc|ntpq)$/.test(program)
    ? tagged.replace(/\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi, (host) => anonymiser.learn('host', host))
    : tagged;
  return anonymiser.text(named);
}

function cleanText(name: string, text: string, anonymiser: Anonymiser): string {
  if (/^(?:mounts|mountinfo)$/.test(name)) {
    // Overlays name folders of containers, network filesystems the people who mounted them.
    return text
      .replace(/\b(lowerdir|upperdir|workdir)=[^, \n]*/g, '$1=/folder')
      .replace(/\b(username|user|domain)=[^, \n]*/g, '$1=user');
  }
  // Told by the name of the file, and perhaps too short to be looked for everywhere.
  if (/serial|wwid|unique_id/.test(name) && text.trim() !== '') {
    return `${anonymiser.learn('serial number', text.trim())}\n`;
  }
  return text;
}

function cleanProcess(file: string, text: string): string {
  const clean = (name: string): string => (knownDaemons.has(name) ? name : 'process');
  if (file === 'comm') return `${clean(text.trim())}\n`;
  if (file === 'status') return text.replace(/^Name:\t(.*)$/m, (_, name: string) => `Name:\t${clean(name)}`);
  const start = text.indexOf('(');
  const end = text.lastIndexOf(')');
  return start < 0 || end < start
    ? text
    : `${text.slice(0, start + 1)}${clean(text.slice(start + 1, end))}${text.slice(end)}`;
}

function cleanAuxiliary(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at + auxiliaryEntryBytes <= bytes.length; at += auxiliaryEntryBytes) {
    if (usefulAuxiliary.has(bytes.readBigUInt64LE(at)))
      kept.push(bytes.subarray(at, at + auxiliaryEntryBytes));
  }
  return Buffer.concat(kept);
}
