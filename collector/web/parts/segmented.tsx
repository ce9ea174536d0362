// A choice among a few, all in sight.

export interface SegmentedProps<C extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: C; readonly name: string }[];
  readonly value: C | null;
  readonly onChoose: (value: C) => void;
}

export function Segmented<C extends string>({ label, choices, value, onChoose }: SegmentedProps<C>) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          data-choice={choice.value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.name}
        </button>
      ))}
    </div>
  );
}
