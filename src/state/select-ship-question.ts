import type { DistributionQuestion } from '../domain/distribution.ts';
import { wrap } from '../domain/wrap.ts';
import { askedHere, bodyRows } from './layout.ts';
import type { State } from './state.ts';

export type QuestionLine = { tone: 'title' | 'warn' | 'good' | 'bad'; text: string };

/** Rows that headline and steps, or an empty line, take above the question. */
const rowsAbove = ({ route }: State) => (route.screen === 'ship' ? 10 : 1);

/** What is asked here, line by line. */
export function selectQuestionLines(state: State): QuestionLine[] {
  const question = askedHere(state)?.question;
  if (!question) return [];
  const width = state.size.columns - 6;
  return linesOf(question).flatMap(({ tone, sign, text }) =>
    wrap(text, width).map((line, index): QuestionLine => {
      return { tone, text: `${index === 0 ? sign : ' '.repeat(sign.length)}${line}` };
    }),
  );
}

type Told = { tone: QuestionLine['tone']; sign: string; text: string };

function linesOf(question: DistributionQuestion): Told[] {
  switch (question.kind) {
    case 'incomplete':
      return [
        { tone: 'title', sign: '', text: 'Something expected is not in the package:' },
        ...question.findings.map((text): Told => ({ tone: 'warn', sign: '! ', text })),
      ];
    case 'policy':
      return [
        { tone: 'title', sign: '', text: `The policy of the bucket ${question.bucket} is to change:` },
        ...question.removed.map((text): Told => ({ tone: 'bad', sign: '- ', text })),
        ...question.added.map((text): Told => ({ tone: 'good', sign: '+ ', text })),
      ];
  }
}

/** Rows there are for the question's lines. */
export const questionRows = (state: State) => Math.max(1, bodyRows(state) - rowsAbove(state));

/** How far its lines can be scrolled: so that the last one stands at the bottom. */
export const questionScrollRange = (state: State) =>
  Math.max(0, selectQuestionLines(state).length - questionRows(state));
