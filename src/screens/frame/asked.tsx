import { Line } from '../../components/line.tsx';
import { QuestionLines } from '../../components/question-lines.tsx';
import { askedHere } from '../../state/layout.ts';
import { questionRows, selectQuestionLines } from '../../state/select-ship-question.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** What a revocation asks, in the place of the list. */
export function Asked() {
  const state = useAppState();
  const width = state.size.columns;
  return (
    <>
      <Line width={width} />
      <QuestionLines
        width={width}
        rows={questionRows(state)}
        lines={selectQuestionLines(state)}
        top={askedHere(state)?.top ?? 0}
      />
    </>
  );
}
