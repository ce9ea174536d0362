// Dialogs, loaded when one is opened, with the words that nothing else needs.
import { addWords } from '../i18n/language.ts';
import { profileOrderEn } from '../i18n/profile-order-en.ts';
import { profileOrderZh } from '../i18n/profile-order-zh.ts';
import { HelpDialog } from './help-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ProfileDialog } from './profile-dialog.tsx';

addWords({ en: profileOrderEn, zh: profileOrderZh });

export const orderDialogs = { ProfileDialog, ImportDialog, HelpDialog } as const;
