// The thread that makes views of profiles, with connections of its own to the store. Started by view-door.ts. A question that
// cannot be answered is an answer, too: it names the remedy.
import { createLogger, type LogLevel } from '../../../../shared/log.ts';
import type { ClassRule } from '../../../../shared/stacks/function-class.ts';
import { openProfileReader } from '../../../store/profiles/profile-reader.ts';
import { Transferred } from '../../../store/threads/calls.ts';
import { serveThread } from '../../../store/threads/thread-program.ts';
import { QueryError, type QueryErrorCode } from '../../query.ts';
import { createProfileViews } from './answer-view.ts';
import type { ExportedProfile, ExportQuestion, ViewQuestion } from './view-question.ts';

/** What the thread is started with. */
export interface ViewThreadData {
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly rules: readonly ClassRule[];
}

export interface Refused {
  readonly refused: { readonly code: QueryErrorCode; readonly message: string; readonly remedy: string };
}

export type ViewHandlers = ReturnType<typeof openHandlers>;

function openHandlers({ dataDir, logLevel, rules }: ViewThreadData) {
  const log = createLogger('jidi-collector', logLevel).child({ component: 'query', thread: 'profile views' });
  const reader = openProfileReader(dataDir, log);
  const views = createProfileViews(reader, rules);
  return {
    view: (question: ViewQuestion) => orRefused(async () => handOver(await views.view(question))),
    export: (question: ExportQuestion) =>
      orRefused(async () => {
        const { body, ...rest } = await views.export(question);
        const bytes = handOver(typeof body === 'string' ? new TextEncoder().encode(body) : body);
        const file: ExportedProfile & { readonly body: Uint8Array } = { ...rest, body: bytes.value };
        return new Transferred(file, [bytes.value]);
      }),
    close: () => reader.close(),
  };
}

/** Memory that is shared with others stays here: a copy goes. */
function handOver(bytes: Uint8Array): Transferred<Uint8Array<ArrayBuffer>> {
  const { buffer, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  const own = isOwn ? new Uint8Array(buffer) : new Uint8Array(bytes);
  return new Transferred(own, [own]);
}

async function orRefused<T>(answer: () => Promise<T>): Promise<T | Refused> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { code, message, remedy } = error;
    return { refused: { code, message, remedy } };
  }
}

await serveThread<ViewHandlers>((given) => openHandlers(given as ViewThreadData));
