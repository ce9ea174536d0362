// The code of a one-time login link. In: the address. Out: the code, once; it no longer stands in the address then.

export function takeLoginCode(): string {
  const code = /^#([A-Za-z0-9_-]{20,128})$/.exec(location.hash)?.[1];
  if (location.pathname !== '/login' || code === undefined) return '';
  window.history.replaceState(null, '', '/login');
  return code;
}
