// What is shown of continuous profiles. Loaded when they are looked at, with the words that nothing else needs.
import { addWords } from '../i18n/language.ts';
import { profileViewEn } from '../i18n/profile-view-en.ts';
import { profileViewZh } from '../i18n/profile-view-zh.ts';
import { ContinuousList } from './continuous-list.tsx';
import { ContinuousWindows } from './continuous-windows.tsx';

addWords({ en: profileViewEn, zh: profileViewZh });

/** Without an id: all of them. */
export function ContinuousDetail({ id }: { readonly id: string | null }) {
  return id === null ? <ContinuousList /> : <ContinuousWindows id={id} />;
}
