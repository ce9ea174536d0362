// Begins the console in the browser.
import { render } from 'preact';
import { startLive } from './api/live.ts';
import { App } from './app.tsx';
import { startLanguage } from './i18n/language.ts';
import { startNavigation } from './state/navigation.ts';
import { startTheme } from './state/theme.ts';

startTheme();
startLanguage();
startNavigation();
startLive();
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
