// The address bar as the one place of state: route and parameters as signals, and the ways to change them.
// A change that a person would want to undo is pushed; one that only refines the view replaces.
import { computed, signal } from '@preact/signals';
import { parseRoute } from './route.ts';

const address = signal(readAddress());

export const route = computed(() => parseRoute(address.value.path));
export const parameters = computed(() => new URLSearchParams(address.value.search));

export type History = 'push' | 'replace';

export function navigate(to: string, history: History = 'push'): void {
  if (history === 'push') window.history.pushState(null, '', to);
  else window.history.replaceState(null, '', to);
  const path = address.value.path;
  address.value = readAddress();
  if (history === 'push' && address.value.path !== path) window.scrollTo(0, 0);
}

/** null takes a parameter away. */
export function setParameters(changes: Readonly<Record<string, string | null>>, history: History): void {
  const next = new URLSearchParams(address.value.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  if (text === new URLSearchParams(address.value.search).toString()) return;
  navigate(`${address.value.path}${text === '' ? '' : `?${text}`}`, history);
}

/** Follows the back button and plain clicks on links within the console. */
export function startNavigation(): void {
  window.addEventListener('popstate', () => {
    address.value = readAddress();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || isModified(event)) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
    if (link.hash !== '') return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

function isModified(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

function readAddress(): { readonly path: string; readonly search: string } {
  return { path: location.pathname, search: location.search };
}
