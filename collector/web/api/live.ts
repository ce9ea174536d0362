// In: the collector's server-sent events. Out: typed events to whoever listens, and whether the line stands.
// A broken line is taken up again, by the browser or, when that gives up, by a jittered timer.
import { effect, signal } from '@preact/signals';
import type { LiveEvent } from '../../../shared/api/event.ts';
import { Backoff } from '../../../shared/backoff.ts';
import { may, session } from '../state/session.ts';
import { apiPath } from './client.ts';
import { refreshSession } from './session-resource.ts';

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

/** Opens the line for as long as the page is looked at by somebody who may see what comes. */
export function startLive(): void {
  const line = new LiveLine();
  let hide: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hide);
    if (document.hidden) hide = setTimeout(() => line.close(), hiddenMs);
    else if (may('cluster:read')) line.open();
  });
  effect(() => {
    if (may('cluster:read')) line.open();
    else line.close();
    if (session.value === null) liveState.value = 'connecting';
  });
}

/** Browsers allow few connections per server: a page that nobody looks at gives its own back. */
const hiddenMs = 30_000;

/** Invariants: at most one source; after close() nothing is pending. */
class LiveLine {
  readonly #backoff = new Backoff({ firstMs: 1000, capMs: 15_000 });
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wasOpen = false;

  open(): void {
    if (this.#source !== null) return;
    clearTimeout(this.#retry);
    if (!may('cluster:read')) return;
    const source = new EventSource(apiPath('/events'));
    this.#source = source;
    source.addEventListener('open', () => {
      this.#backoff.reset();
      liveState.value = 'open';
      if (this.#wasOpen) afresh();
      this.#wasOpen = true;
    });
    source.addEventListener('error', () => {
      liveState.value = 'lost';
      if (source.readyState !== EventSource.CLOSED) return;
      this.close();
      // The collector refused, perhaps because the session is over.
      refreshSession().catch(() => undefined);
      this.#retry = setTimeout(() => this.open(), this.#backoff.next());
    });
    // The collector no longer knows what was missed.
    source.addEventListener('reset', afresh);
    for (const kind of kinds) source.addEventListener(kind, deliver);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }
}

function afresh(): void {
  for (const listener of reopened) listener();
}

function deliver(message: MessageEvent<string>): void {
  const event = JSON.parse(message.data) as LiveEvent;
  for (const listener of listeners) listener(event);
}
