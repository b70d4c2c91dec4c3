import { CodeOverAll } from '../../components/code-rows.tsx';
import { codeTrouble, selectCodeRows } from '../../state/select-code.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** The QR code of the link in the place of everything else. */
export function CodeScreen() {
  const state = useAppState();
  const { columns, rows } = state.size;
  return (
    <CodeOverAll
      width={columns}
      height={rows}
      rows={codeTrouble(state) === undefined ? selectCodeRows(state) : []}
      why={codeTrouble(state)}
    />
  );
}
