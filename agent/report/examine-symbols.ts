// How well the reading of symbols is confined on this machine. In: nothing but the machine. Out: a finding.
// It starts `true` under each confinement, nothing else.
import { type ConfinementLack, findConfinement } from '../profiler/symbols/symbol-confinement.ts';
import { type Finding, good, lacking } from './finding.ts';

const words: Readonly<Record<ConfinementLack, string>> = {
  priority: 'a lower priority (nice, ionice)',
  limits: 'limits of memory and time (prlimit)',
  network: 'a network namespace (unshare)',
  privileges: 'the loss of all privileges for good (setpriv)',
};

export function examineSymbols(find = findConfinement): Finding {
  const { lacks, isStranger } = find();
  const user = isStranger ? 'as another user, ' : '';
  if (lacks.length === 0) {
    return good('symbols', `read ${user}without privileges and network, within limits`);
  }
  const remedy =
    'Install util-linux; in a container, or where the kernel forbids user namespaces, the host decides.';
  return lacking('symbols', `read without ${lacks.map((lack) => words[lack]).join(', ')}`, remedy);
}
