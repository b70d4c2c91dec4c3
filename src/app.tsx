import { Box } from 'ink';
import { Banner } from './components/banner.tsx';
import { Footer } from './components/footer.tsx';
import { Line } from './components/line.tsx';
import { TopBar } from './components/top-bar.tsx';
import { BuildScreen } from './screens/build/build-screen.tsx';
import { BuildsScreen } from './screens/builds/builds-screen.tsx';
import { DistributionsScreen } from './screens/distributions/distributions-screen.tsx';
import { FirstRunScreen } from './screens/first-run/first-run-screen.tsx';
import { BottomLines } from './screens/frame/bottom-lines.tsx';
import { CodeScreen } from './screens/frame/code-screen.tsx';
import { coversBody, Overlay } from './screens/frame/overlay.tsx';
import { ShipScreen } from './screens/ship/ship-screen.tsx';
import { footerBindings, labelOf, placeOf, shownKeys } from './state/bindings.ts';
import { bannerRows, bottomRows, isTooSmall, smallest } from './state/layout.ts';
import { selectBanner, selectTopBar } from './state/select-frame.ts';
import type { Route, State } from './state/state.ts';
import { keycaps } from './ui/key-names.ts';
import { useTheme } from './ui/theme.ts';
import { useAppState } from './ui/use-app-state.ts';

const screens: Record<Route['screen'], () => React.ReactNode> = {
  'first-run': FirstRunScreen,
  builds: BuildsScreen,
  build: BuildScreen,
  distributions: DistributionsScreen,
  ship: ShipScreen,
};

/** The frame: top bar, banner, the route's screen or what lies over it, the lines at the bottom. */
export function App() {
  const state = useAppState();
  const { columns, rows } = state.size;
  if (isTooSmall(state)) return <TooSmall columns={columns} rows={rows} />;
  if (placeOf(state) === 'code') {
    return (
      <Box flexDirection="column" width="100%" height={rows}>
        <CodeScreen />
      </Box>
    );
  }
  const banner = selectBanner(state);
  const Screen = screens[state.route.screen];
  const body = rows - 2 - bannerRows(state) - bottomRows(state);
  return (
    <Box flexDirection="column" width="100%" height={rows}>
      <TopBar width={columns} {...selectTopBar(state)} />
      {banner ? <Banner width={columns} {...banner} /> : undefined}
      <Box flexDirection="column" height={body} overflow="hidden">
        {coversBody(state) ? <Overlay /> : <Screen />}
      </Box>
      <BottomLines />
      <FooterOf state={state} />
    </Box>
  );
}

function FooterOf({ state }: { state: State }) {
  const theme = useTheme();
  const keys = footerBindings(state).map((binding) => ({
    keys: keycaps(shownKeys(binding, state), theme),
    label: labelOf(binding, state),
    isOff: binding.disabled?.(state) !== undefined,
  }));
  return <Footer width={state.size.columns} keys={keys} />;
}

function TooSmall({ columns, rows }: { columns: number; rows: number }) {
  const need = `${smallest.columns}x${smallest.rows}`;
  return (
    <Box flexDirection="column" width="100%" height={rows}>
      <Line width={columns} left={[`ccwb-tui needs ${need}, this is ${columns}x${rows}.`]} />
      {rows > 1 ? <Line width={columns} left={['Enlarge the terminal, or q quits.']} /> : undefined}
    </Box>
  );
}
