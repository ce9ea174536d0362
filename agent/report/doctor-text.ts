// What the doctor found, for people. In: a Diagnosis, the language. Out: text. States, subjects and labels are in the
// reader's language; reasons and remedies, which quote the machine, are in English.
import { visible } from '../../shared/text.ts';
import { asWritten, type Diagnosis, sourceSubject } from './doctor.ts';
import { type Finding, type FindingState, findingStates } from './finding.ts';
import { type Say, saySubject } from './report-language.ts';
import type { SourceReport } from './survey-sources.ts';
import { cellWidth, padCells } from './text-table.ts';

export function doctorText({ findings, sources, config }: Diagnosis, say: Say): string {
  const took = new Map(sources.map((source) => [sourceSubject(source), source]));
  const subjects = findings.map(({ subject }) => visible(saySubject(subject, say)));
  const width = Math.max(...subjects.map(cellWidth));
  const stateWidth = Math.max(...findingStates.map((state) => cellWidth(say(state))));
  const lines = findings.map((finding, at) => {
    const found = foundText(finding, took.get(finding.subject), say);
    const state = padCells(say(finding.state), stateWidth);
    const head = `${state}  ${padCells(subjects[at] ?? '', width)}  ${found}`.trimEnd();
    return `${head}\n${adviceText(finding, say, ' '.repeat(stateWidth + 4))}`;
  });
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const counts = Object.fromEntries(findingStates.map((state) => [state, count(state)]));
  const inForce = configText(asWritten(config), say);
  const heading = say('heading', { label: say('configuration') });
  return `${lines.join('')}\n${heading}\n${inForce}\n${say('summary', counts)}\n`;
}

function foundText({ found }: Finding, source: SourceReport | undefined, say: Say): string {
  if (source === undefined || source.state === 'absent') return visible(found);
  return say('took', {
    values: source.values.length,
    duration: (source.durationSeconds * 1000).toFixed(1),
  });
}

function adviceText({ reason, remedy }: Finding, say: Say, indent: string): string {
  const line = (label: string, text: string | null): string =>
    text === null ? '' : `${indent}${say('labelled', { label, text: visible(text) })}\n`;
  return line(say('why'), reason) + line(say('remedy'), remedy);
}

/** One key to a line, under the name that it has in the file. */
function configText(config: object, say: Say, prefix = ''): string {
  return Object.entries(config)
    .map(([key, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return configText(value, say, `${prefix}${key}.`);
      }
      const shown = Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
      return `  ${prefix}${key}: ${shown === '' ? say('emptyText') : visible(shown)}\n`;
    })
    .join('');
}
