// Captures a machine, usually the one it runs on, as a fixture. In: a folder that is not there or empty. Out: the fixture, what was
// replaced in it, what each source said here. Sources are read twice, as the agent reads them; nothing else is read.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createHost, type Host } from '../../agent/host/host.ts';
import { pauseBetweenReadings, type SourceReport, surveySources } from '../../agent/report/survey-sources.ts';
import { createSources } from '../../agent/sources/registry.ts';
import { Anonymiser } from './anonymiser.ts';
import { learnNames } from './learn-names.ts';
import { type MachineRecord, recordHost } from './recording-host.ts';
import { writeMachine } from './write-machine.ts';

/** What a host reads itself when it is made. */
const factFiles = ['self/auxv', 'stat', 'sys/kernel/arch', 'sys/kernel/random/boot_id'];

export interface Capture {
  readonly record: MachineRecord;
  readonly anonymiser: Anonymiser;
  readonly sources: readonly SourceReport[];
}

export interface CaptureOptions {
  readonly machine?: Host;
  readonly pause?: () => Promise<void>;
}

export async function captureMachine(folder: string, options: CaptureOptions = {}): Promise<Capture> {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  const { host, record } = recordHost(options.machine ?? createHost());
  readFacts(host);
  const sources = createSources(host);
  let reports: readonly SourceReport[];
  try {
    reports = await surveySources(sources, host.clock, options.pause ?? pauseBetweenReadings);
  } finally {
    for (const source of sources) source.close();
  }
  const anonymiser = new Anonymiser();
  const names = { hostName: hostname(), resolver: readOr('/etc/resolv.conf'), passwd: readOr('/etc/passwd') };
  learnNames(record, names, anonymiser);
  writeMachine(record, folder, anonymiser);
  return { record, anonymiser, sources: reports };
}

function readFacts(host: Host): void {
  for (const path of factFiles) {
    try {
      host.readBytes(`${host.roots.proc}/${path}`);
    } catch {
      // Hidden here: it will be missing there.
    }
  }
  try {
    host.keep(`${host.roots.proc}/uptime`).read();
  } catch {
    // The same.
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A machine without it has fewer names to hide.
    return '';
  }
}
