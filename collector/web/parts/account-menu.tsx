// Who is logged in, in the bar at the top; what can be done about it is loaded when it is asked for.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PeoplePage } from '../pages/people-page.tsx';
import { route } from '../state/navigation.ts';
import { session } from '../state/session.ts';

export function AccountMenu() {
  const isOpen = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const at = route.value;
  useEffect(() => {
    isOpen.value = false;
  }, [at]);
  useEffect(() => {
    const close = (event: Event): void => {
      const isInside = event.target instanceof Node && place.current?.contains(event.target) === true;
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) isOpen.value = false;
    };
    const kinds = ['pointerdown', 'keydown'];
    for (const kind of kinds) document.addEventListener(kind, close);
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, close);
    };
  }, []);
  const who = session.value;
  if (who === null || who === undefined) return null;
  return (
    <div class="account-menu" ref={place}>
      <button
        type="button"
        class="button small"
        aria-expanded={isOpen.value}
        data-testid="account-menu"
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {who.name}
        <span class="muted">{who.role}</span>
      </button>
      {isOpen.value && <PeoplePage name="AccountPopover" />}
    </div>
  );
}
