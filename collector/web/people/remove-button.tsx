// Removes after it was asked once more in place: what is removed does not come back.
import { useSignal } from '@preact/signals';
import { say } from '../i18n/language.ts';
import { words } from './people-words.ts';

export interface RemoveButtonProps {
  readonly onRemove: () => void;
  readonly disabled?: boolean;
}

export function RemoveButton({ onRemove, disabled = false }: RemoveButtonProps) {
  const sure = useSignal(false);
  return (
    <button
      type="button"
      class={`button small${sure.value ? ' danger' : ''}`}
      disabled={disabled}
      onClick={() => {
        if (sure.value) onRemove();
        sure.value = !sure.value;
      }}
      onBlur={() => {
        sure.value = false;
      }}
    >
      {say(sure.value ? words.sure : words.remove)}
    </button>
  );
}
