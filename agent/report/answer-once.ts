// The commands that answer and end: --once and doctor. In: configuration and what was asked. Out: text and exit code.
// It starts nothing that lives on, sends nothing and writes nothing.
import { StartError } from '../../shared/errors.ts';
import { version } from '../../shared/version.ts';
import type { AgentConfig } from '../config.ts';
import { createHost } from '../host/host.ts';
import { createSources } from '../sources/registry.ts';
import { diagnose, doctorExitCode, doctorJson } from './doctor.ts';
import { doctorText } from './doctor-text.ts';
import { expositionText } from './exposition-text.ts';
import { takeNodeReport } from './node-report.ts';
import { reportJson } from './report-json.ts';
import { createReportSay, reportLanguage } from './report-language.ts';
import { reportText } from './report-text.ts';

export interface Question {
  readonly command: 'once' | 'doctor';
  readonly config: AgentConfig;
  readonly output: string | undefined;
  readonly lang: string | undefined;
  /** Width of the terminal; undefined when nobody looks. */
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  readonly text: string;
  readonly exitCode: number;
}

export async function answerOnce(question: Question): Promise<Answer> {
  const { command, config, output = 'text', lang, columns, env } = question;
  const known = command === 'once' ? ['text', 'json', 'prometheus'] : ['text', 'json'];
  if (!known.includes(output)) {
    throw new StartError(`-o ${output} is not known here`, `Allowed: ${known.join(', ')}.`);
  }
  const say = createReportSay(reportLanguage(lang, env));
  const host = createHost();
  const { units } = config.sources;
  const sources = createSources(host, units.length > 0 ? { units } : {});
  try {
    if (command === 'doctor') {
      const diagnosis = await diagnose({ config, host, sources, searchPath: env['PATH'] ?? '' });
      const text = output === 'json' ? doctorJson(diagnosis) : doctorText(diagnosis, say);
      return { text, exitCode: doctorExitCode(diagnosis) };
    }
    const report = await takeNodeReport({ node: config.node, version, host, sources });
    if (output === 'json') return { text: reportJson(report), exitCode: 0 };
    if (output === 'prometheus') return { text: expositionText(report), exitCode: 0 };
    return { text: reportText(report, say, columns), exitCode: 0 };
  } finally {
    for (const source of sources) source.close();
  }
}
