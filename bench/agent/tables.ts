// In: measured rows. Out: tables on stdout in which the others stand with their ratio to jidi-agent.
import { type Contender, printComparison, printNote } from '../measuring/report.ts';
import { muchOtherLoad } from './overhead-page.ts';
import type { Row } from './scenario.ts';

const columns = ['CPU s/min', 'PSS MiB', 'anonymous MiB', 'switches/min', 'values'];
/** As so many more processes cost some programs more. */
const manyMore = 1.3;
const oursName = 'jidi-agent';
const failed: Contender = { name: oursName, figures: columns.map(() => Number.NaN) };

export function printRows(
  rows: readonly Row[],
  { intervalSeconds, extraProcesses }: { intervalSeconds: number; extraProcesses: number },
): void {
  // Without ours there are no ratios, yet the figures of the others stand.
  const ours = rows.find(({ name }) => name === oursName);
  const others = rows.filter((row) => row !== ours);
  const [any] = rows;
  if (any === undefined) return;
  printNote(`\nevery ${intervalSeconds} s, ${any.processesThere} processes (${extraProcesses} extra)`);
  printComparison({
    columns,
    ours: ours === undefined ? failed : contenderOf(ours),
    others: others.map(contenderOf),
  });
  const counts = rows.map(({ processesThere }) => processesThere);
  if (Math.max(...counts) > Math.min(...counts) * manyMore) {
    printNote(
      `there were ${Math.min(...counts)} to ${Math.max(...counts)} processes meanwhile: not to be compared`,
    );
  }
  const busiest = Math.max(...rows.map(({ otherBusyCores }) => otherBusyCores));
  if (busiest > muchOtherLoad) {
    printNote(`other programs kept up to ${busiest.toFixed(1)} cores busy meanwhile: provisional`);
  }
}

/** What is known of jidi-agent alone. */
export function printFacts(rows: readonly Row[]): void {
  for (const { name, intervalSeconds, extraProcesses, switchesPerTick, facts } of rows) {
    if (name !== oursName) continue;
    const told = Object.entries(facts).map(([fact, value]) => `${inWords(fact)} ${value.toFixed(2)}`);
    printNote(
      `\njidi-agent every ${intervalSeconds} s, ${extraProcesses} extra: switches per tick ${switchesPerTick.toFixed(1)}, ${told.join(', ')}`,
    );
  }
}

function contenderOf({ name, cpu, pssMiB, anonymousMiB, switches, values }: Row): Contender {
  return { name, figures: [cpu, pssMiB, anonymousMiB, switches, values] };
}

/** bytesPerTick: bytes per tick. */
function inWords(fact: string): string {
  return fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
