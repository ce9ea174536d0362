// Live events for as long as a component is there. In: what to do with an event, and what after a time without them.
import { useEffect } from 'preact/hooks';
import type { LiveEvent } from '../../../shared/api/event.ts';
import { onLive, onReconnect } from '../api/live.ts';

export function useLive(
  onEvent: (event: LiveEvent) => void,
  onMissed: () => void,
  dependencies: readonly unknown[],
): void {
  useEffect(() => {
    const ends = [onLive(onEvent), onReconnect(onMissed)];
    return () => {
      for (const end of ends) end();
    };
  }, dependencies);
}
