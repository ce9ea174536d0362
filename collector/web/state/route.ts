// In: the path of the address. Out: which page it names. Pure; a path that names no page says so.

export type Route =
  | { readonly page: 'map' }
  | { readonly page: 'node'; readonly name: string }
  | { readonly page: 'profiles' }
  | { readonly page: 'profile'; readonly id: string }
  /** null: all of them. */
  | { readonly page: 'continuous'; readonly id: string | null }
  | { readonly page: 'commands' }
  | { readonly page: 'command'; readonly id: string }
  | { readonly page: 'login' | 'account' | 'accounts' }
  | { readonly page: 'unknown' };

export function parseRoute(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second] = parts;
  if (parts.length === 0 || (first === 'nodes' && parts.length === 1)) return { page: 'map' };
  if (parts.length === 1 && first === 'profiles') return { page: 'profiles' };
  if (parts.length === 1 && first === 'continuous') return { page: 'continuous', id: null };
  if (parts.length === 1 && first === 'commands') return { page: 'commands' };
  if (parts.length === 1 && (first === 'login' || first === 'account' || first === 'accounts'))
    return { page: first };
  const name = parts.length === 2 ? decode(second ?? '') : undefined;
  if (name === undefined) return { page: 'unknown' };
  if (first === 'nodes') return { page: 'node', name };
  if (first === 'profiles') return { page: 'profile', id: name };
  if (first === 'continuous') return { page: 'continuous', id: name };
  if (first === 'commands') return { page: 'command', id: name };
  return { page: 'unknown' };
}

export function nodePath(name: string): string {
  return `/nodes/${encodeURIComponent(name)}`;
}

export function profilePath(id: string): string {
  return `/profiles/${encodeURIComponent(id)}`;
}

export function continuousPath(id: string): string {
  return `/continuous/${encodeURIComponent(id)}`;
}

export function commandPath(id: string): string {
  return `/commands/${encodeURIComponent(id)}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape names nothing.
    return undefined;
  }
}
