// A field that narrows what a page shows; `/` jumps to the first of the page, Escape empties it.
import { Icon } from './icon.tsx';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}

export function SearchField({ label, value, onInput }: SearchFieldProps) {
  return (
    <label class="search-field">
      <Icon name="search" />
      <input
        type="search"
        data-search
        value={value}
        placeholder={label}
        aria-label={label}
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          onInput('');
          event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
