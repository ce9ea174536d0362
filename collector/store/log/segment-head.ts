// The head of a segment of the log: its number, and the format of its records. A record of another layout makes another format:
// its checksum is right, and read by today's layout it would say something else.
// It refuses (StartError) a segment of another format. One whose head is damaged is read as far as its records are whole.
import { StartError } from '../../../shared/errors.ts';

const format = 2;

export function segmentHead(number: number): { readonly format: number; readonly number: number } {
  return { format, number };
}

/** What is wrong with it; null: nothing that keeps its records from being read. */
export function formatProblem(head: unknown): string | null {
  if (head === undefined) return null;
  const [found, number] = [fieldOf(head, 'format'), fieldOf(head, 'number')];
  if (found === format) return null;
  return `segment ${number} of the log: its format is ${found}, this program reads ${format}`;
}

/** Throws StartError. */
export function requireFormat(head: unknown): void {
  const problem = formatProblem(head);
  if (problem === null) return;
  throw new StartError(
    problem,
    'Start the version of the collector that wrote it for some minutes, without agents: it brings the log into its files. Or move ' +
      'the segment out of the folder log of the data folder: what is in it is lost then.',
  );
}

function fieldOf(head: unknown, name: string): string | number {
  const value: unknown = new Map(Object.entries(Object(head))).get(name);
  return typeof value === 'number' ? value : 'unknown';
}
