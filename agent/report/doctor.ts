// jidi-agent doctor: what works on this machine, what is missing and how to get it. In: configuration, host, sources.
// Out: findings, and their JSON. It changes nothing.
import type { AgentConfig } from '../config.ts';
import type { Host } from '../host/host.ts';
import type { Source } from '../sources/source.ts';
import { examineDoors } from './examine-doors.ts';
import { examineMachine, examinePerf, examineServedPerf } from './examine-machine.ts';
import { examineSymbols } from './examine-symbols.ts';
import type { Finding, FindingState } from './finding.ts';
import { pauseBetweenReadings, type SourceReport, surveySources } from './survey-sources.ts';

export interface DoctorOptions {
  readonly config: AgentConfig;
  readonly host: Host;
  readonly sources: readonly Source[];
  /** As in PATH: where perf is looked for. */
  readonly searchPath: string;
  /** Awaited between two readings: some sources ask a program, whose first answer takes a while. */
  readonly pause?: () => Promise<void>;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceReport[];
  readonly config: AgentConfig;
}

export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { config, host, sources } = options;
  const reports = await surveySources(sources, host.clock, options.pause ?? pauseBetweenReadings);
  const findings = [
    ...reports.flatMap(sourceFindings),
    ...examineMachine(host),
    ...examineProfiler(options),
    ...(await examineDoors(config)),
  ];
  return { findings, sources: reports, config };
}

/** The rights with which a service profiles are the service's own; that it answers is told with the other doors. */
function examineProfiler({ config, host, searchPath }: DoctorOptions): readonly Finding[] {
  const { how, perf } = config.profiler;
  if (how === 'socket') return [examineServedPerf(searchPath, host.roots.proc)];
  return [examinePerf(perf === '' ? null : perf, searchPath, host.roots.proc), examineSymbols()];
}

/** 0 when nothing fails that should work. */
export function doctorExitCode({ findings }: Diagnosis): number {
  return findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

export function doctorJson({ findings, sources, config }: Diagnosis): string {
  const shown = {
    findings,
    sources: sources.map(({ name, state, values, durationSeconds }) => ({
      name,
      state,
      values: values.length,
      durationSeconds,
    })),
    config: asWritten(config),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function sourceFindings(report: SourceReport): readonly Finding[] {
  const subject = sourceSubject(report);
  const state = stateOf(report);
  const remedy = report.state === 'failed' ? `Look at what it reads: ${report.reads}.` : report.remedy;
  const lacks = report.lacks.map(
    (lack): Finding => ({
      subject: `${subject}: ${lack.what}`,
      state: 'lacking',
      found: '',
      reason: lack.reason,
      remedy: lack.remedy,
    }),
  );
  const found = report.state === 'absent' ? '' : foundText(report);
  return [{ subject, state, found, reason: report.reason, remedy }, ...lacks];
}

function stateOf({ state, reason }: SourceReport): FindingState {
  if (state === 'read') return 'good';
  if (state === 'failed') return 'failed';
  // Who is refused knows that it is here.
  return /\bE(?:ACCES|PERM)\b/.test(reason ?? '') ? 'lacking' : 'absent';
}

function foundText({ values, durationSeconds }: SourceReport): string {
  return `${values.length} values in ${Number(durationSeconds.toFixed(6))} seconds`;
}

export function sourceSubject({ name }: SourceReport): string {
  return `source ${name}`;
}

/** As the configuration file has it: without what is derived from it. */
export function asWritten(config: AgentConfig): Omit<AgentConfig, 'intervalMs'> {
  const { intervalMs: _, ...written } = config;
  return written;
}
