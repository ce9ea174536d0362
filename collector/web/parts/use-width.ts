// The width of an element, as it is now. Out: what to put on the element, and its width; 0 before it is there.
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface MeasuredPlace {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly width: ReadonlySignal<number>;
}

export function useWidth(): MeasuredPlace {
  const ref = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const host = ref.current;
    if (host === null) return undefined;
    const observer = new ResizeObserver(() => {
      width.value = host.clientWidth;
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
