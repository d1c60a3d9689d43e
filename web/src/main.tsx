import './trustedTypes';
import './theme/styles';
import { MantineProvider } from '@mantine/core';
import { StrictMode, useMemo, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { theme as chosenTheme } from './lib/store';
import { LiveClient } from './live/client';
import { LiveContext } from './live/hooks';
import { core } from './plugins/core';
import { flux } from './plugins/flux';
import { AppFrame } from './shell/AppFrame';
import { register } from './shell/host';
import { Router } from './shell/router';
import { cssVariables, theme } from './theme/theme';
import { NavigationContext } from './ui/navigation';
import { handleKey } from './ui/shortcuts';
import { useMedia } from './ui/useMedia';

const base = new URL('./', document.baseURI).href;
const registry = register([core, flux]);
const router = new Router(base);
const live = new LiveClient(base);

function App() {
  const chosen = useSyncExternalStore(chosenTheme.subscribe, chosenTheme.get);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const place = useSyncExternalStore(router.subscribe, router.get);
  const navigation = useMemo(() => ({ place, href: router.href, go: router.go }), [place]);
  const scheme = chosen === 'auto' ? (systemDark ? 'dark' : 'light') : chosen;
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={scheme}>
      <LiveContext value={live}>
        <NavigationContext value={navigation}>
          <AppFrame registry={registry} />
        </NavigationContext>
      </LiveContext>
    </MantineProvider>
  );
}

router.listen();
document.addEventListener('keydown', handleKey);
live.start();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element called root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
