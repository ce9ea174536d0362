// In: the data folder, the table of classes. Out: views of profiles, made one after another in a thread that begins with the
// first question: none of them holds the event loop, and none takes memory from the store.
// It refuses (QueryError): questions beyond those that may wait, and one for which the memory of the thread is too small; the
// thread begins anew with the next.
import { join } from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import { errorMessage } from '../../../../shared/errors.ts';
import type { Logger } from '../../../../shared/log.ts';
import { type RunningThread, startThread } from '../../../store/threads/thread.ts';
import { QueryError } from '../../query.ts';
import { QuestionGate } from '../../question-gate.ts';
import type { ProfileViews } from './view-question.ts';
import type { Refused, ViewHandlers, ViewThreadData } from './view-thread.ts';

const isBundle = import.meta.filename.endsWith('.mjs');
const program = join(import.meta.dirname, isBundle ? 'jidi-profile-views.mjs' : 'view-thread.ts');

/** Of its objects; a view of 200,000 samples takes some 50. */
const heapMiB = 768;
/** One at a time; a request is given up after 30 s. */
const gateLimits = { atOnce: 1, waiting: 64, waitMs: 15_000 };

type ViewThread = RunningThread<ViewHandlers>;

export interface ThreadedViews extends ProfileViews {
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface ThreadedViewsOptions extends ViewThreadData {
  readonly clock: Clock;
  readonly log: Logger;
}

export function createThreadedViews({ clock, log, ...data }: ThreadedViewsOptions): ThreadedViews {
  const gate = new QuestionGate(clock, gateLimits);
  let running: Promise<ViewThread> | null = null;
  const forget = (error: Error): void => {
    running = null;
    log.error({ err: error }, 'the thread of profile views ended; it begins anew with the next question');
  };
  const thread = (): Promise<ViewThread> => {
    if (running === null) {
      running = startThread<ViewHandlers>({ name: 'profile views', program, data, heapMiB, onDeath: forget });
      running.catch(() => {
        running = null;
      });
    }
    return running;
  };
  const ask = <T>(id: string, question: (calls: ViewThread['calls']) => Promise<T | Refused>): Promise<T> =>
    gate.ask(async () => {
      const { calls } = await thread();
      return answerOf(await question(calls).catch((error: unknown) => refuseWhenEnded(id, error)));
    });
  return {
    view: (question) => ask(question.id, (calls) => calls.view(question)),
    export: (question) => ask(question.id, (calls) => calls.export(question)),
    async stop() {
      const last = running;
      running = Promise.reject(new Error('profile views: stopped'));
      running.catch(() => undefined);
      await (await last?.catch(() => null))?.stop();
    },
  };
}

function answerOf<T>(answer: T | Refused): T {
  if (!isRefused(answer)) return answer;
  const { code, message, remedy } = answer.refused;
  throw new QueryError(code, message, remedy);
}

function isRefused(answer: unknown): answer is Refused {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** V8 ends a thread whose memory is full. */
function refuseWhenEnded(id: string, error: unknown): never {
  if (!errorMessage(error).includes('memory limit')) throw error;
  throw new QueryError(
    'too-many-samples',
    `profile ${id}: its view takes more than ${heapMiB} MiB of memory`,
    'Choose one node, process or window.',
  );
}
