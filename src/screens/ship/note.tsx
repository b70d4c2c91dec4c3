import { Box } from 'ink';
import { CodeRows } from '../../components/code-rows.tsx';
import { ShipNote } from '../../components/ship-note.tsx';
import { codePlace, noteRoom } from '../../state/code-place.ts';
import { selectCodeRows } from '../../state/select-code.ts';
import { noteScrollRange, selectNoteLines } from '../../state/select-note.ts';
import { selectSteps } from '../../state/select-ship.ts';
import type { ShipRun } from '../../state/state-ship.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** What to hand out of a finished run, and the QR code beside or below it where it was asked for. */
export function Note({ run }: { run: ShipRun }) {
  const state = useAppState();
  const { columns, rows } = noteRoom(state);
  const place = codePlace(state);
  const note = (
    <Box flexDirection="column" width={columns} height={rows}>
      <ShipNote
        width={columns}
        rows={rows}
        lines={selectNoteLines(state)}
        top={Math.min(run.noteTop ?? 0, noteScrollRange(state))}
        steps={selectSteps(run, state.now)}
      />
    </Box>
  );
  if (place !== 'beside' && place !== 'below') return note;
  return (
    <Box flexDirection={place === 'beside' ? 'row' : 'column'}>
      {note}
      <Box flexDirection="column" flexShrink={0}>
        <CodeRows rows={selectCodeRows(state)} />
      </Box>
    </Box>
  );
}
