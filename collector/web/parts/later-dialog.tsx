// Dialogs that are loaded when they are opened. What cannot be loaded says so in place.
import { ErrorNotice } from './notice.tsx';
import type { ProfileDialogProps } from './profile-dialog.tsx';
import { useResource } from './use-resource.ts';

export function StartProfile(props: ProfileDialogProps) {
  const { dialogs, error } = useDialogs();
  if (dialogs === null) return <>{error !== null && <ErrorNotice error={error} />}</>;
  return <dialogs.ProfileDialog {...props} />;
}

export function ImportProfile({ onClose }: { readonly onClose: () => void }) {
  const { dialogs, error } = useDialogs();
  if (dialogs === null) return <>{error !== null && <ErrorNotice error={error} />}</>;
  return <dialogs.ImportDialog onClose={onClose} />;
}

export function Help({ onClose }: { readonly onClose: () => void }) {
  const { dialogs, error } = useDialogs();
  if (dialogs === null) return <>{error !== null && <ErrorNotice error={error} />}</>;
  return <dialogs.HelpDialog onClose={onClose} />;
}

function useDialogs() {
  const loaded = useResource(() => import('./order-dialogs.tsx'), []);
  return { dialogs: loaded.data.value?.orderDialogs ?? null, error: loaded.error.value };
}
