// jidi node show: what a node is, how loaded it is, and which data of it were lost.
import type { Command } from 'commander';
import type { Inventory, NodeDetail } from '../../shared/api/node.ts';
import { formatBytes, formatBytesPerSecond, formatRatio, formatSeconds } from '../../shared/format.ts';
import { correctedOffsetMs, notableOffsetMs } from '../../shared/model/clock-offset.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { padToWidth } from '../output/cell-width.ts';
import type { CsvValue } from '../output/csv-text.ts';
import type { Column } from '../output/output.ts';
import { showNumber, showTime } from '../output/show-value.ts';
import { piece, type StyledLine } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { statusStyle } from '../views/status-style.ts';

export function addNodeShow(parent: Command, context: CommandContext): void {
  parent
    .command('show')
    .description(context.say('help.node.show'))
    .argument('<node>', context.say('help.arg.node'))
    .action(async (node: string, _options: object, command: Command) =>
      context.end(await showNode(context.session(command), node)),
    );
}

async function showNode({ api, output, say, clock }: Session, name: string): Promise<number> {
  const node = await api.get<NodeDetail>(apiPath`nodes/${name}`);
  if (output.format === 'json') output.json(node);
  else if (output.format === 'csv') output.rows(valueColumns, rawValues(node));
  else {
    const seen = say('ago', { time: formatSeconds(Math.max(0, clock.now() / 1000 - node.lastSeen)) });
    const head: StyledLine = [
      piece(node.name, 'strong'),
      piece('  '),
      piece(say(`state.${node.state}`), statusStyle(node.state)),
      piece(`  ${say(`role.${node.role}`)}  ${seen}`),
      ...clockBadge(node, say),
      ...paceBadges(node, say),
    ];
    output.lines([head, [], ...factLines(facts(node, say))]);
  }
  return exitCodes.ok;
}

/** What of the node is measured less than usual, in few words. */
function paceBadges(node: NodeDetail, say: Say): StyledLine {
  const slowed = node.interval > node.configuredInterval;
  return [
    ...(slowed ? [piece(`  ${say('pace.slowed', paceValues(node))}`, 'warning')] : []),
    ...(node.quiet ? [piece(`  ${say('pace.quiet')}`, 'warning')] : []),
  ];
}

/** In few words; nothing when the clock is right or not known. */
function clockBadge({ clockOffset }: NodeDetail, say: Say): StyledLine {
  if (clockOffset === null || Math.abs(clockOffset) * 1000 <= notableOffsetMs) return [];
  return [piece(`  ${say('clock.badge', { offset: offsetText(clockOffset, say) })}`, 'warning')];
}

/** An offset of a moment has no direction: it lies within what can be measured. */
function offsetText(offset: number, say: Say): string {
  const time = formatSeconds(Math.abs(offset));
  if (Math.abs(offset) < 0.05) return time;
  return say(offset > 0 ? 'clock.ahead' : 'clock.behind', { time });
}

function clockFacts({ clockOffset }: NodeDetail, say: Say): Fact[] {
  if (clockOffset === null) return [];
  const offset = offsetText(clockOffset, say);
  const isCorrected = Math.abs(clockOffset) * 1000 > correctedOffsetMs;
  return [[say('fact.clock'), isCorrected ? say('clock.corrected', { offset }) : offset]];
}

function paceValues({ interval, configuredInterval }: NodeDetail): Record<string, string> {
  return { now: formatSeconds(interval), configured: formatSeconds(configuredInterval) };
}

type RawValue = readonly [path: string, value: CsvValue];

const valueColumns: readonly Column<RawValue>[] = [
  { key: 'fact', header: '', value: ([path]) => path },
  { key: 'value', header: '', value: ([, value]) => value },
];

/** Every value of the answer with its path: inventory.interfaces.0.name. */
function rawValues(value: unknown, path: readonly string[] = []): RawValue[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => rawValues(inner, [...path, key]));
  }
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return [[path.join('.'), isPlain ? value : null]];
}

type Fact = readonly [name: string, value: string];

function factLines(all: readonly Fact[]): StyledLine[] {
  return all.map(([name, value]) => [piece(padToWidth(name, 12, 'left'), 'dim'), piece(value)]);
}

function facts(node: NodeDetail, say: Say): Fact[] {
  const load: Fact[] = [
    [say('header.cpu'), formatRatio(node.cpuRatio)],
    [say('fact.memory'), formatRatio(node.memoryRatio)],
    [say('fact.load'), node.load1 === null ? '–' : showNumber(node.load1)],
    [say('fact.disk'), formatBytesPerSecond(node.diskBytesPerSecond)],
    [say('header.network').toLowerCase(), formatBytesPerSecond(node.networkBytesPerSecond)],
    [say('fact.agent'), `${node.agentVersion}, ${formatSeconds(node.interval)}`],
    ...paceFacts(node, say),
    ...clockFacts(node, say),
  ];
  const gaps = node.gaps.map(({ from, to, count, dataClass, reason }): Fact => {
    const values = { from: showTime(from), to: showTime(to), count, dataClass, reason };
    return [say('fact.gap'), say('fact.gapOf', values)];
  });
  return [...load, ...(node.inventory === null ? [] : inventoryFacts(node.inventory, say)), ...gaps];
}

function paceFacts(node: NodeDetail, say: Say): Fact[] {
  const slowed = node.interval > node.configuredInterval;
  return [
    ...(slowed ? [[say('fact.pace'), say('pace.slowedText', paceValues(node))] as const] : []),
    // Under the label of the line before, where there is one.
    ...(node.quiet ? [[slowed ? '' : say('fact.pace'), quietText(node, say)] as const] : []),
  ];
}

function quietText({ quietReason }: NodeDetail, say: Say): string {
  const reason = quietReasons.find((known) => known === quietReason) ?? 'unknown';
  return say('pace.quietText', { who: say(`quiet.${reason}`) });
}

const quietReasons = ['command', 'file', 'environment'] as const;

function inventoryFacts(inventory: Inventory, say: Say): Fact[] {
  const { sockets, cores, threads } = inventory;
  const known = (value: string | number | null) => value ?? '–';
  const counted = (what: 'sockets' | 'cores' | 'threads', count: number | null) =>
    say(`fact.${what}.${count === 1 ? 'one' : 'many'}`, { count: known(count) });
  const counts = {
    sockets: counted('sockets', sockets),
    cores: counted('cores', cores),
    threads: counted('threads', threads),
  };
  return [
    [say('fact.model'), String(known(inventory.model))],
    [say('fact.cpu'), String(known(inventory.cpuModel))],
    [say('fact.threads'), say('fact.cores', counts)],
    [say('fact.memory'), formatBytes(inventory.memoryBytes)],
    [say('fact.os'), String(known(inventory.os))],
    [say('fact.kernel'), `${known(inventory.kernel)} ${inventory.arch ?? ''}`],
    [say('fact.booted'), showTime(inventory.bootTime)],
    ...inventory.interfaces.map(({ name, addresses, bitsPerSecond }): Fact => {
      const speed = bitsPerSecond === null ? [] : [`${showNumber(bitsPerSecond / 1e9)} Gbit/s`];
      return [say('fact.interface'), [name, ...addresses, ...speed].join('  ')];
    }),
    ...inventory.disks.map(({ name, model, sizeBytes }): Fact => {
      return [say('fact.disk'), [name, formatBytes(sizeBytes), model ?? ''].join('  ').trimEnd()];
    }),
  ];
}
