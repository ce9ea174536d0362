// The pages about people, loaded when one of them is opened.
import { AccountPage } from './account-page.tsx';
import { AccountPopover } from './account-popover.tsx';
import { AccountsPage } from './accounts-page.tsx';
import { LoginPage } from './login-page.tsx';

export const peoplePages = { AccountPage, AccountPopover, AccountsPage, LoginPage } as const;
