// Fields of a form: text, number within limits, choice of words, yes or no. Their values are read from the form.
import type { ComponentChildren } from 'preact';

export interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly note?: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly numeric?: boolean;
}

export function TextField({
  name,
  label,
  note,
  value = '',
  required = false,
  numeric = false,
}: TextFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        name={name}
        defaultValue={value}
        required={required}
        spellcheck={false}
        autocomplete="off"
        {...(numeric ? { inputMode: 'numeric' as const, pattern: '[0-9]{1,7}' } : {})}
      />
      {note !== undefined && <small class="muted">{note}</small>}
    </label>
  );
}

export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly limits: Limits;
}

export function NumberField({ name, label, unit, limits }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <span class="field-input">
        <input
          type="number"
          name={name}
          min={limits.min}
          max={limits.max}
          step={1}
          defaultValue={String(limits.default)}
          required
        />
        <em>{unit}</em>
      </span>
      <small class="muted">{`${limits.min} – ${limits.max}`}</small>
    </label>
  );
}

export interface SelectFieldProps<C extends string> {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: C; readonly name: string }[];
}

export function SelectField<C extends string>({ name, label, choices }: SelectFieldProps<C>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export interface CheckFieldProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

export function CheckField({ name, children }: CheckFieldProps) {
  return (
    <label class="check-field">
      <input type="checkbox" name={name} />
      <span>{children}</span>
    </label>
  );
}
