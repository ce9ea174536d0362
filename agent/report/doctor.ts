// jidi-agent doctor: what works on this machine, what is missing and how to get it. In: configuration, host, sources.
// Out: findings, and their text or JSON. It changes nothing.
import { visible } from '../../shared/text.ts';
import type { AgentConfig } from '../config.ts';
import type { Host } from '../host/host.ts';
import type { Source } from '../sources/source.ts';
import { examineDoors } from './examine-doors.ts';
import { examineMachine, examinePerf } from './examine-machine.ts';
import type { Finding, FindingState } from './finding.ts';
import type { Say } from './report-language.ts';
import { pauseBetweenReadings, type SourceReport, surveySources } from './survey-sources.ts';
import { cellWidth } from './text-table.ts';

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
  const { config, host, sources, searchPath } = options;
  const reports = await surveySources(sources, host.clock, options.pause ?? pauseBetweenReadings);
  const perfPath = config.profiler.perf === '' ? null : config.profiler.perf;
  const findings = [
    ...reports.flatMap(sourceFindings),
    ...examineMachine(host),
    examinePerf(perfPath, searchPath, host.roots.proc),
    ...(await examineDoors(config)),
  ];
  return { findings, sources: reports, config };
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
    config,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

export function doctorText({ findings, sources, config }: Diagnosis, say: Say): string {
  const took = new Map(sources.map((source) => [sourceSubject(source), source]));
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const words: Readonly<Record<FindingState, string>> = {
    good: say('good'),
    lacking: say('lacking'),
    failed: say('failed'),
  };
  const stateWidth = Math.max(...Object.values(words).map(cellWidth));
  const lines = findings.map((finding) => {
    const source = took.get(finding.subject);
    const values = source === undefined || source.state === 'absent' ? '' : tookText(source, say);
    const word = words[finding.state];
    const gap = ' '.repeat(stateWidth - cellWidth(word));
    const found = [values, visible(finding.found)].filter((text) => text !== '').join('; ');
    const head = `${word}${gap}  ${finding.subject.padEnd(width)}  ${found}`.trimEnd();
    return `${head}\n${adviceText(finding, say, ' '.repeat(stateWidth + 2))}`;
  });
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const summary = say('summary', {
    good: count('good'),
    lacking: count('lacking'),
    failed: count('failed'),
  });
  return `${lines.join('')}\n${say('configuration')}:\n${configText(config)}\n${summary}\n`;
}

function sourceFindings(report: SourceReport): readonly Finding[] {
  const subject = sourceSubject(report);
  const state = report.state === 'read' ? 'good' : report.state === 'absent' ? 'lacking' : 'failed';
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
  return [{ subject, state, found: '', reason: report.reason, remedy }, ...lacks];
}

function sourceSubject({ name }: SourceReport): string {
  return `source ${name}`;
}

function tookText({ values, durationSeconds }: SourceReport, say: Say): string {
  return say('took', { values: values.length, duration: (durationSeconds * 1000).toFixed(1) });
}

function adviceText({ reason, remedy }: Finding, say: Say, indent: string): string {
  const why = reason === null ? '' : `${indent}  ${say('why')}: ${visible(reason)}\n`;
  return remedy === null ? why : `${why}${indent}  ${say('remedy')}: ${visible(remedy)}\n`;
}

function configText(config: object, prefix = ''): string {
  return Object.entries(config)
    .map(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? configText(value, `${prefix}${key}.`)
        : `  ${prefix}${key}: ${visible(String(value))}\n`,
    )
    .join('');
}
