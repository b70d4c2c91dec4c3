import { Text } from 'ink';
import { useTheme } from '../ui/theme.ts';
import { type LineParts, lineText } from './line-text.ts';

/** One row of the screen, exactly one: what does not fit is cut. */
export function Line(props: LineParts) {
  return <Text wrap="truncate">{lineText(props, useTheme()) || ' '}</Text>;
}
