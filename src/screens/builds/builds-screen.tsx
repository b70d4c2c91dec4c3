import { Line } from '../../components/line.tsx';
import { Region } from '../../components/region.tsx';
import { shownBuilds } from '../../state/builds-list.ts';
import { bodyRows } from '../../state/layout.ts';
import { useAppState } from '../../ui/use-app-state.ts';
import { emptyText } from './empty.ts';

/** The builds of all projects, newest first; `builds-region.ts` draws their rows. */
export function BuildsScreen() {
  const state = useAppState();
  if (shownBuilds(state.builds).length > 0) return <Region name="builds" rows={bodyRows(state)} />;
  const width = state.size.columns;
  return (
    <>
      <Line width={width} />
      {emptyText(state).map((line) => (
        <Line key={line} width={width} left={[`  ${line}`]} />
      ))}
    </>
  );
}
