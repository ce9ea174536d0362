// The own session. In: the collector's word. Out: `session`, kept up to date.
import type { Session } from '../../../shared/api/people.ts';
import { session } from '../state/session.ts';
import { ApiError, getJson } from './client.ts';

/** Asks who is logged in. Fails only where nothing is known yet and nobody answers. */
export async function refreshSession(): Promise<void> {
  try {
    session.value = await getJson<Session>('/session');
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) session.value = null;
    else if (session.peek() === undefined) throw error;
  }
}
