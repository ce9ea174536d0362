// The picked function and what is looked for, to and from the address.
import type { Frame } from '../../../shared/model/profile.ts';
import { parameters, setParameters } from '../state/navigation.ts';

export function findText(text: string): void {
  const present = parameters.peek().get('q') ?? '';
  setParameters({ q: text === '' || text === present ? null : text }, 'replace');
}

/** Shows the function between its callers and callees. */
export function pickFunction(frame: Frame | undefined): void {
  if (frame === undefined) return;
  setParameters({ view: 'sandwich', fn: frame.function, module: frame.module, zoom: null }, 'push');
}

export function readPicked(search: URLSearchParams): Frame | null {
  const name = search.get('fn');
  return name === null || name === '' ? null : { function: name, module: search.get('module') ?? '' };
}
