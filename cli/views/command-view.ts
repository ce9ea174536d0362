// The results of a command, as `clush -b` shows them: nodes with the same outcome and output stand together under
// their folded node set. In: the API's object, hostile outputs included. Out: styled lines.
import type { Command, CommandTarget } from '../../shared/api/command.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import { visibleLines } from '../../shared/text.ts';
import type { Say } from '../language/language.ts';
import type { MessageKey } from '../language/messages.ts';
import type { Column } from '../output/output.ts';
import { piece, type StyledLine } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { reasonLines } from './reason-view.ts';
import { statusStyle } from './status-style.ts';

export function printCommand({ output, say }: Session, command: Command): void {
  if (output.format === 'json') output.json(command);
  else if (output.format === 'csv') output.rows(targetColumns(say), command.targets);
  else output.lines(groupTargets(command.targets).flatMap((group) => groupLines(group, say)));
}

/** Nodes of equal outcome; the largest group first. */
function groupTargets(targets: readonly CommandTarget[]): CommandTarget[][] {
  const groups = new Map<string, CommandTarget[]>();
  for (const target of targets) {
    const { state, exitCode, output, truncated, reason } = target;
    const key = JSON.stringify([state, exitCode, output.trimEnd(), truncated, reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [target]);
    else group.push(target);
  }
  return [...groups.values()].sort((left, right) => right.length - left.length);
}

/** '14 finished, 2 refused'. */
export function summary(targets: readonly CommandTarget[], say: (key: MessageKey) => string): string {
  const counts = new Map<CommandTarget['state'], number>();
  for (const { state } of targets) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].sort(([, left], [, right]) => right - left);
  return parts.map(([state, count]) => `${count} ${say(`status.${state}`)}`).join(', ');
}

function groupLines(group: readonly CommandTarget[], say: Say): StyledLine[] {
  const [first] = group;
  if (first === undefined) return [];
  const nodes = foldNodeSet(group.map(({ node }) => node));
  const count = group.length === 1 ? '' : ` (${group.length})`;
  const showsCode = first.exitCode !== null && first.exitCode !== 0;
  const text = first.output.replaceAll('\r\n', '\n').trimEnd();
  return [
    [
      piece(`── ${nodes}${count}`, 'strong'),
      piece('  '),
      piece(say(`status.${first.state}`), statusStyle(first.state)),
      piece(showsCode ? `, ${say('command.exit', { code: first.exitCode ?? 0 })}` : ''),
    ],
    ...(text === ''
      ? []
      : visibleLines(text)
          .split('\n')
          .map((line) => [piece(line)])),
    ...(first.truncated ? [[piece(say('command.cut'), 'dim')]] : []),
    ...(first.reason === null ? [] : reasonLines(first.reason, say)),
  ];
}

function targetColumns(say: Say): Column<CommandTarget>[] {
  return [
    { key: 'node', header: say('header.node'), value: ({ node }) => node },
    { key: 'state', header: say('header.state'), value: ({ state }) => state },
    { key: 'exitCode', header: '', value: ({ exitCode }) => exitCode },
    { key: 'started', header: '', value: ({ started }) => started },
    { key: 'ended', header: '', value: ({ ended }) => ended },
    { key: 'reason', header: '', value: ({ reason }) => reason?.message ?? null },
    { key: 'remedy', header: '', value: ({ reason }) => reason?.remedy ?? null },
    { key: 'truncated', header: '', value: ({ truncated }) => truncated },
    { key: 'output', header: '', value: ({ output }) => output, multiline: true },
  ];
}
