// The foot of a form: cancel, or go on.
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/language.ts';

export interface FormFootProps {
  readonly onCancel: () => void;
  readonly busy?: boolean;
  readonly testId?: string;
  /** What the button that goes on says. */
  readonly children: ComponentChildren;
}

export function FormFoot({ onCancel, busy = false, testId, children }: FormFootProps) {
  return (
    <footer>
      <button type="button" class="button" onClick={onCancel}>
        {t('dialog.cancel')}
      </button>
      <button type="submit" class="button primary" disabled={busy} data-testid={testId}>
        {children}
      </button>
    </footer>
  );
}
