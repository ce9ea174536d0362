// Brings stacks of another program here: folded text, or pprof as it is packed. In: a file that the person chooses. Out: a profile
// like any other. Refuses files that are too large before they are sent.
import { useSignal } from '@preact/signals';
import { formatBytes } from '../../../shared/format.ts';
import { type ImportFormat, importFormats, importProfile } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { navigate } from '../state/navigation.ts';
import { profilePath } from '../state/route.ts';
import { Dialog } from './dialog.tsx';
import { SelectField, TextField } from './form-fields.tsx';
import { FormFoot } from './form-foot.tsx';
import { Icon } from './icon.tsx';
import { ErrorNotice } from './notice.tsx';

const mostBytes = 64 * 1024 * 1024;
const nameLength = 200;

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const error = useSignal<unknown>(null);
  const tooLarge = useSignal(false);
  const busy = useSignal(false);
  const chosen = useSignal<File | null>(null);
  const submit = async (data: FormData): Promise<void> => {
    const file = chosen.value;
    tooLarge.value = (file?.size ?? 0) > mostBytes;
    if (file === null || tooLarge.value) return;
    busy.value = true;
    error.value = null;
    try {
      const format = importFormats.find((one) => one === data.get('format')) ?? 'folded';
      const named = data.get('name');
      const name = typeof named === 'string' && named.trim() !== '' ? named.trim() : file.name;
      const { id } = await importProfile(file, format, name.slice(0, nameLength));
      navigate(profilePath(id));
    } catch (caught) {
      error.value = caught;
      busy.value = false;
    }
  };
  return (
    <Dialog title={t('import.title')} onClose={onClose}>
      <p class="muted">{t('import.hint')}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <FileField
          onFile={(file) => {
            chosen.value = file;
          }}
        />
        <SelectField<ImportFormat>
          name="format"
          label={t('import.format')}
          choices={importFormats.map((value) => ({ value, name: t(`import.${value}`) }))}
        />
        <TextField name="name" label={t('import.name')} note={chosen.value?.name ?? ''} />
        {tooLarge.value && (
          <p class="problem" role="alert">
            {t('import.tooLarge', { most: formatBytes(mostBytes) })}
          </p>
        )}
        {error.value !== null && <ErrorNotice error={error.value} />}
        <FormFoot onCancel={onClose} busy={busy.value} testId="import-profile">
          <Icon name="upload" />
          {t('import.start')}
        </FormFoot>
      </form>
    </Dialog>
  );
}

/** Chooses the format by the file's name, too. */
function FileField({ onFile }: { readonly onFile: (file: File | null) => void }) {
  return (
    <label class="field">
      <span>{t('import.file')}</span>
      <input
        type="file"
        required
        onChange={(event) => {
          const file = event.currentTarget.files?.[0] ?? null;
          onFile(file);
          const format = event.currentTarget.form?.elements.namedItem('format');
          if (file !== null && format instanceof HTMLSelectElement) format.value = formatOf(file.name);
        }}
      />
    </label>
  );
}

function formatOf(name: string): ImportFormat {
  if (/\.json$/i.test(name)) return 'speedscope';
  return /\.(pb|pb\.gz|pprof|prof)$/i.test(name) ? 'pprof' : 'folded';
}
