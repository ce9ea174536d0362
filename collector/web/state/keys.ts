// The keys that work everywhere. Keys typed into a field belong to the field.
import { chooseRange, stepRange, toggleLive } from '../parts/range-picker.tsx';
import { navigate, parameters, route } from './navigation.ts';
import { parseTimeRange } from './time-range.ts';

const chordMs = 1000;

const places: Readonly<Record<string, string>> = { n: '/', p: '/profiles', c: '/commands' };

/** Returns the function that ends it. */
export function startKeys(onHelp: () => void): () => void {
  let goUntil = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const place = event.timeStamp < goUntil ? places[event.key] : undefined;
    goUntil = event.key === 'g' ? event.timeStamp + chordMs : 0;
    if (place !== undefined) navigate(place);
    else if (event.key === '?') onHelp();
    else if (event.key === '/') focusSearch();
    else if (!changeRange(event.key)) return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function changeRange(key: string): boolean {
  if (route.peek().page !== 'node') return false;
  const range = parseTimeRange(parameters.peek());
  if (key === '[') stepRange(range, -1);
  else if (key === ']') stepRange(range, 1);
  else if (key === 'l') toggleLive(range);
  else if (key === '0') chooseRange({ kind: 'last', seconds: 600 });
  else return false;
  return true;
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target.closest('dialog') !== null
  );
}
