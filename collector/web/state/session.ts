// Who is logged in. In: the collector's word. Out: a signal, what may be done, and why something may not.
import { signal } from '@preact/signals';
import type { Session } from '../../../shared/api/people.ts';
import type { Permission } from '../../../shared/model/role.ts';
import { say, type Words } from '../i18n/language.ts';

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

export function may(permission: Permission): boolean {
  return session.value?.permissions.includes(permission) === true;
}

const refusal: Words = ['Your role ({role}) may not do this.', '您的角色（{role}）不能进行此操作。'];

/** For a button: what may not be done is not offered, and says why. */
export function offer(permission: Permission): { readonly disabled?: true; readonly title?: string } {
  if (may(permission)) return {};
  return { disabled: true, title: say(refusal).replace('{role}', session.value?.role ?? '–') };
}

/** The collector no longer knows us: the page stays where it is, and asks for a login. */
export function noteNobody(): void {
  session.value = null;
}
