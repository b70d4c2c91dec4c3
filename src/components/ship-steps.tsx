import type { DistributionStep, TransferProgress } from '../domain/distribution.ts';
import { formatBytes } from '../domain/format.ts';
import { transferText } from '../domain/transfer.ts';
import { fitTo, type Span, span } from '../ui/text.ts';
import { type Theme, type Tone, useTheme } from '../ui/theme.ts';
import { barSpans } from './bar.ts';
import { Line } from './line.tsx';

export type StepProps = {
  step: DistributionStep;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  time: string | undefined;
  detail: string | undefined;
  progress: TransferProgress | undefined;
};

/** What each step does, while it has not said so itself. */
const meanings: Record<DistributionStep, string> = {
  COLLECT: 'the binaries of the builds',
  CHECK: 'that they are what they claim',
  PACK: 'the zip, and its sha256',
  UPLOAD: 'to the bucket',
  LINK: 'signed, with its true end',
  VERIFY: 'read back through the link',
  RECORD: 'where ccwb looks for it; only now others see it',
};

const barWidth = 24;

/** The seven steps, one a row. */
export function ShipSteps({ width, steps }: { width: number; steps: readonly StepProps[] }) {
  const theme = useTheme();
  return steps.map((step) => <Line key={step.step} width={width} left={stepSpans(step, theme, width)} />);
}

function stepSpans(step: StepProps, theme: Theme, width: number): Span[] {
  const { sign, tone } = signOf(step.state, theme);
  const isWaiting = step.state === 'waiting';
  const name = fitTo(step.step, 8);
  const time = fitTo(step.time ?? '', 6, 'right');
  return [
    '  ',
    span(tone, sign),
    ' ',
    isWaiting ? span('muted', name) : name,
    span('muted', time),
    '  ',
    ...(step.progress ? progressSpans(step.progress, theme, width) : [said(step)]),
  ];
}

function said(step: StepProps): Span {
  return step.state === 'done' && step.detail ? step.detail : span('muted', meanings[step.step]);
}

/** Columns from which the bytes stand beside rate and time left. */
const wideEnough = 100;

function progressSpans(progress: NonNullable<StepProps['progress']>, theme: Theme, width: number): Span[] {
  const { done, total } = progress;
  const fraction = total === 0 ? 1 : done / total;
  const rate = transferText(progress);
  const bytes = `  ${formatBytes(done)} of ${formatBytes(total)}`;
  const speed = rate === undefined ? [] : [span('muted', `  ${rate}`)];
  const figures = ` ${Math.floor(100 * fraction)}%${rate === undefined || width >= wideEnough ? bytes : ''}`;
  return [...barSpans(theme, fraction, barWidth), figures, ...speed];
}

function signOf(state: StepProps['state'], theme: Theme): { sign: string; tone: Tone } {
  const { glyphs } = theme;
  switch (state) {
    case 'waiting':
      return { sign: glyphs.waiting, tone: 'muted' };
    case 'running':
      return { sign: glyphs.running, tone: 'accent' };
    case 'done':
      return { sign: glyphs.good, tone: 'good' };
    case 'failed':
      return { sign: glyphs.bad, tone: 'bad' };
    case 'stopped':
      return { sign: glyphs.stopped, tone: 'warn' };
  }
}
