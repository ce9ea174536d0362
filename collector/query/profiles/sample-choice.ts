// In: which samples are wanted, in the words of the API. Out: the choice that samples are held against, and what must be known
// of them for it.
// It refuses (QueryError) a window without length.
import type { SampleChoice } from '../../../shared/api/profile-view.ts';
import type { SampleChoice as HeldChoice, SampledThread } from '../../../shared/stacks/samples.ts';
import { QueryError } from '../query.ts';
import type { Needed, RecordedPart, WholeProfile } from './profile-parts.ts';

/** null: the choice of a node at the most, which has a part of its own: stacks alone are enough. */
export function neededFor(
  { from, to, node, pid, thread, rank }: SampleChoice,
  { parts }: Pick<WholeProfile, 'parts'>,
): Needed | null {
  if (from !== undefined || to !== undefined) return 'times';
  if (pid !== undefined || thread !== undefined || rank !== undefined) return 'threads';
  return node !== undefined && parts.some((part) => part.node === null) ? 'threads' : null;
}

export function heldChoice(choice: SampleChoice): HeldChoice {
  const { from, to } = choice;
  if (from !== undefined && to !== undefined && from >= to) {
    throw new QueryError(
      'bad-parameter',
      `from ${from}: not before to ${to}`,
      'Let the begin lie before the end.',
    );
  }
  return {
    fromMs: from === undefined ? undefined : from * 1000,
    toMs: to === undefined ? undefined : to * 1000,
    isThread: isChosen(choice),
  };
}

/** undefined: all of them are. */
function isChosen({
  node,
  pid,
  thread,
  rank,
}: SampleChoice): ((thread: SampledThread) => boolean) | undefined {
  if ([node, pid, thread, rank].every((wanted) => wanted === undefined)) return undefined;
  return (one) =>
    (node === undefined || one.node === node) &&
    (pid === undefined || one.pid === pid) &&
    (thread === undefined || one.tid === thread) &&
    (rank === undefined || one.localRank === rank);
}

/** There are such threads in it, whether they have samples or not. */
export function hasChosen(choice: SampleChoice, { part, node, recorded }: RecordedPart): boolean {
  const isThread = isChosen(choice);
  if (isThread === undefined) return true;
  const { pid, thread, rank } = choice;
  const isWhole = [pid, thread, rank].every((wanted) => wanted === undefined);
  if (isWhole && part.node !== null) return true;
  return recorded.threads.some((one) => isThread({ ...one, node: one.node ?? node }));
}

/** In words, for messages: `process 12, rank 3`. */
export function choiceName({ pid, thread, rank, node }: SampleChoice): string {
  const words = [
    node !== undefined && `node ${node}`,
    pid !== undefined && `process ${pid}`,
    thread !== undefined && `thread ${thread}`,
    rank !== undefined && `rank ${rank}`,
  ];
  return words.filter((word) => word !== false).join(', ');
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Without what is not given, and without what else is asked for. */
export function sampleChoice({ from, to, node, pid, thread, rank }: Loose<SampleChoice>): SampleChoice {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(node === undefined ? {} : { node }),
    ...(pid === undefined ? {} : { pid }),
    ...(thread === undefined ? {} : { thread }),
    ...(rank === undefined ? {} : { rank }),
  };
}
