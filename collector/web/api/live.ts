// In: the collector's server-sent events. Out: typed events to whoever listens, and whether the line stands.
// A broken line is taken up again, by the browser or, when that gives up, by a jittered timer.
import { signal } from '@preact/signals';
import type { LiveEvent } from '../../../shared/api/event.ts';
import { Backoff } from '../../../shared/backoff.ts';
import { apiPath } from './client.ts';

export type LiveState = 'connecting' | 'open' | 'lost';

export const liveState = signal<LiveState>('connecting');

type Listener = (event: LiveEvent) => void;

const kinds: readonly LiveEvent['kind'][] = ['node', 'tick', 'profile', 'profile-deleted', 'command'];
const listeners = new Set<Listener>();
const reopened = new Set<() => void>();

/** Returns the function that ends the subscription. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called each time the line stands again after it was lost: what is shown may have missed something. */
export function onReconnect(listener: () => void): () => void {
  reopened.add(listener);
  return () => reopened.delete(listener);
}

/** Opens the line for as long as the page lives. */
export function startLive(): void {
  const backoff = new Backoff({ firstMs: 1000, capMs: 15_000 });
  const open = (): void => {
    const source = new EventSource(apiPath('/events'));
    source.addEventListener('open', () => {
      backoff.reset();
      const again = liveState.value === 'lost';
      liveState.value = 'open';
      if (again) afresh();
    });
    source.addEventListener('error', () => {
      liveState.value = 'lost';
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(open, backoff.next());
    });
    // The collector no longer knows what was missed.
    source.addEventListener('reset', afresh);
    for (const kind of kinds) source.addEventListener(kind, deliver);
  };
  open();
}

function afresh(): void {
  for (const listener of reopened) listener();
}

function deliver(message: MessageEvent<string>): void {
  const event = JSON.parse(message.data) as LiveEvent;
  for (const listener of listeners) listener(event);
}
