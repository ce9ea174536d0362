// The first message of either stream. In: a decoded Hello. Out: who speaks and what is stored of it, or the status with
// which the stream ends.

import { protocolVersion } from '../../proto/protocol-version.ts';
import { status } from '../../shared/grpc-status.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { Sender, StoredPosition } from '../../shared/model/delivery.ts';
import type { Hello, Welcome } from '../../shared/wire/hello.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import type { AgentBudget } from './agent-budget.ts';
import { Losses, restartSpoolId } from './losses.ts';
import type { Receipts } from './receipts.ts';
import type { IngestStore, SessionDeps } from './session-deps.ts';
import { storeTrouble } from './store-trouble.ts';

/** How long a stream may stay without its greeting. */
export const helloDeadlineMs = 10_000;

export interface Greeted {
  readonly sender: Sender;
  readonly budget: AgentBudget;
  readonly losses: Losses;
  /** When no metrics of this buffer are stored: the newest time of the buffer before it; null when there was none. */
  readonly lastOfOldBufferMs: number | null;
}

/** Throws StreamRefusal. The receipts begin with what is stored of the sender. */
export async function greet(deps: SessionDeps, hello: Hello, receipts: Receipts): Promise<Greeted> {
  const { store, clock, ownClock, storing, budgets, greetings, caller } = deps;
  checkName(hello, caller);
  const sender = checkVersion(hello);
  ownClock.hear(sender.node, hello.sentTimeMs);
  ownClock.require();
  const budget = budgets.of(sender.node, clock.monotonic());
  if (!budget.hello(clock.monotonic())) throw tooManyHellos(sender);
  const { stored, lastOfOldBufferMs } = await greetings.run(() =>
    storeTrouble(storing, async () => {
      if (!(await store.putNode(hello.identity, clock.now()))) throw tooManyNodes(sender);
      return whatIsStored(store, sender);
    }),
  );
  receipts.begin(stored);
  return { sender, budget, losses: new Losses(deps, sender, receipts), lastOfOldBufferMs };
}

async function whatIsStored(store: IngestStore, sender: Sender) {
  const stored = await store.positions(sender);
  const isKnown = stored.some(({ dataClass }) => dataClass === 'metric');
  const lastOfOldBufferMs = isKnown ? null : ((await store.newestTimes(sender.node)).get('metric') ?? null);
  return { stored, lastOfOldBufferMs };
}

export interface WelcomeFacts {
  readonly hello: Hello;
  readonly collectorVersion: string;
  readonly nowMs: number;
  readonly stored: readonly StoredPosition[];
  readonly credit: number;
}

export function createWelcome({ hello, collectorVersion, nowMs, stored, credit }: WelcomeFacts): Welcome {
  return {
    protocolVersion,
    collectorVersion,
    helloTimeMs: hello.sentTimeMs,
    collectorTimeMs: nowMs,
    stored,
    // The stream begins with at least one batch: its receipt says whether more may come.
    credit: Math.max(1, credit),
  };
}

export function outOfPlace(what: string): StreamRefusal {
  return new StreamRefusal(status.INVALID_ARGUMENT, 'out-of-place', `${what} where it does not belong`);
}

function checkVersion(hello: Hello): Sender {
  if (hello.protocolVersion !== protocolVersion) {
    const both = `this collector speaks protocol ${protocolVersion}, the agent ${hello.protocolVersion}`;
    const message = `${both}; install the same version of both`;
    throw new StreamRefusal(status.FAILED_PRECONDITION, 'protocol-version', message);
  }
  if (hello.spoolId === restartSpoolId) {
    const message = `hello.spool_id: ${restartSpoolId} is no random UUID; remove the agent's spool folder`;
    throw new StreamRefusal(status.INVALID_ARGUMENT, 'malformed', message);
  }
  return { node: hello.identity.name, spoolId: hello.spoolId };
}

/** A node speaks for itself only. */
function checkName({ identity }: Hello, caller: CertifiedName | null): void {
  if (caller === null || caller.node === identity.name) return;
  const message =
    `the certificate is for ${caller.node}, and the agent says it is ${identity.name}; ` +
    `name it as its certificate does, --node ${caller.node}, or join under the new name: jidi-agent join`;
  throw new StreamRefusal(status.PERMISSION_DENIED, 'other-name', message);
}

function tooManyNodes({ node }: Sender): StreamRefusal {
  const message = `${node} is new, and the collector knows as many nodes as it may; raise maxNodes in its configuration`;
  return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-many-nodes', message);
}

function tooManyHellos({ node }: Sender): StreamRefusal {
  const message = `${node} greets too often; if two machines have its name, give one another: --node NAME`;
  return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'hello-rate', message);
}
