import { Box } from 'ink';
import { CodeRows } from '../../components/code-rows.tsx';
import { ShipNote } from '../../components/ship-note.tsx';
import { codePlace, noteRoom } from '../../state/code-place.ts';
import { shownRun } from '../../state/is-shipping.ts';
import { noteTopOf } from '../../state/note-facts.ts';
import { selectCodeRows } from '../../state/select-code.ts';
import { noteScrollRange, selectNoteLines } from '../../state/select-note.ts';
import { selectSteps } from '../../state/select-ship.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** What to hand out of a finished run or of a package of the list, and the QR code beside or below it where it was asked for. */
export function Note() {
  const state = useAppState();
  const run = shownRun(state);
  const { columns, rows } = noteRoom(state);
  const place = codePlace(state);
  const note = (
    <Box flexDirection="column" width={columns} height={rows}>
      <ShipNote
        width={columns}
        rows={rows}
        lines={selectNoteLines(state)}
        top={Math.min(noteTopOf(state), noteScrollRange(state))}
        steps={run ? selectSteps(run, state.now) : []}
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
