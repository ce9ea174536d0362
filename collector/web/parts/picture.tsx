// A canvas with things on it that can be pointed at. In: how to paint, who lies at a place, what to do with them.
// Out: the thing in focus, by pointer or keyboard, and where the pointer is. What the things are is its user's affair.
import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface PagePoint {
  readonly x: number;
  readonly y: number;
}

export interface PictureProps {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly role: 'img' | 'application';
  /** What tests and scripts may know of it. */
  readonly data: Readonly<Record<`data-${string}`, string | number>>;
  readonly focus: Signal<number>;
  /** In the window; null while nothing is pointed at. */
  readonly pointer: Signal<PagePoint | null>;
  readonly paint: (context: CanvasRenderingContext2D) => void;
  /** Index of the thing at a place of the canvas; -1 when there is none. */
  readonly locate: (x: number, y: number) => number;
  readonly onOpen: (index: number) => void;
  /** False when the key means nothing here. */
  readonly onKey: (key: string) => boolean;
}

export function Picture(props: PictureProps) {
  const { width, height, focus, pointer, locate, onOpen } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context !== null && width > 0) props.paint(context);
  });
  const leave = (): void => {
    focus.value = -1;
    pointer.value = null;
  };
  return (
    <canvas
      ref={canvas}
      tabIndex={0}
      role={props.role}
      aria-label={props.label}
      {...props.data}
      width={Math.round(width * devicePixelRatio)}
      height={Math.round(height * devicePixelRatio)}
      style={{ width: `${width}px`, height: `${height}px` }}
      onMouseMove={(event) => {
        focus.value = locate(event.offsetX, event.offsetY);
        pointer.value = { x: event.clientX, y: event.clientY };
      }}
      onMouseLeave={leave}
      onBlur={leave}
      onClick={(event) => onOpen(locate(event.offsetX, event.offsetY))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onOpen(focus.peek());
        else if (!props.onKey(event.key)) return;
        event.preventDefault();
      }}
    />
  );
}
