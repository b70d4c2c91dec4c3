import type { DistributionOptions, DistributionQuestion } from '../domain/distribution.ts';
import type { Io } from './context.ts';

/**
 * How what a run asks is answered: by `--yes`, else by whoever sits at the terminal, default No. Nothing where there
 * is neither: the run then refuses what it would have asked, and names the flag.
 */
export function questionsAnsweredBy(io: Io, isYesGiven: boolean): Pick<DistributionOptions, 'ask'> {
  const { confirm } = io;
  if (isYesGiven) {
    return {
      ask: async (question) => {
        sayQuestion(io, question);
        return true;
      },
    };
  }
  if (!confirm) return {};
  return {
    ask: (question, signal) => {
      sayQuestion(io, question);
      return confirm(questionText(question), signal);
    },
  };
}

/** Shows what a question is about. */
export function sayQuestion(io: Pick<Io, 'err'>, question: DistributionQuestion): void {
  for (const line of questionLines(question)) io.err(`  ${line}\n`);
}

function questionLines(question: DistributionQuestion): string[] {
  if (question.kind === 'incomplete') return question.findings.map((finding) => `! ${finding}`);
  return [
    `The policy of the bucket ${question.bucket} changes:`,
    ...question.removed.map((line) => `- ${line}`),
    ...question.added.map((line) => `+ ${line}`),
  ];
}

const questionText = ({ kind }: DistributionQuestion): string =>
  kind === 'incomplete' ? 'Make the package all the same?' : 'Change the policy?';
