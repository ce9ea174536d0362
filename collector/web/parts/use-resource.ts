// One answer of the collector for a component. In: how to load, and what it depends on. Out: data, error, reload.
// What is there stays in sight while it is loaded again, and after a failure, which is tried again by itself.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError, isAbort } from '../api/client.ts';

export interface Resource<T> {
  readonly data: Signal<T | null>;
  readonly error: Signal<unknown>;
  readonly loading: Signal<boolean>;
  readonly reload: () => void;
}

const retryMs = 4000;

export type Load<T> = (signal: AbortSignal) => Promise<T>;

export function useResource<T>(load: Load<T>, dependencies: readonly unknown[]): Resource<T> {
  const data = useSignal<T | null>(null);
  const error = useSignal<unknown>(null);
  const loading = useSignal(true);
  const again = useRef<() => void>(() => undefined);

  useEffect(() => {
    const life = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    const run = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      clearTimeout(timer);
      loading.value = true;
      try {
        const loaded = await load(life.signal);
        if (life.signal.aborted) return;
        data.value = loaded;
        error.value = null;
      } catch (caught) {
        if (isAbort(caught) || life.signal.aborted) return;
        error.value = caught;
        if (isPassing(caught)) timer = setTimeout(() => void run(), retryMs);
      } finally {
        busy = false;
        if (!life.signal.aborted) loading.value = false;
      }
    };
    again.current = () => void run();
    void run();
    return () => {
      life.abort();
      clearTimeout(timer);
    };
  }, dependencies);

  return { data, error, loading, reload: () => again.current() };
}

/** Trying again helps when nobody answered or the collector had a bad moment. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'unreachable' || error.status >= 500);
}
