import { Line } from '../../components/line.tsx';
import { displayWidth, sliceColumns } from '../../domain/width.ts';
import { bodyRows } from '../../state/layout.ts';
import { type FieldRow, fieldIndent, selectShipForm } from '../../state/select-ship-form.ts';
import { fitTo, type Span, span } from '../../ui/text.ts';
import { type Theme, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** What a package shall be made with, in the place of the screen. */
export function ShipForm() {
  const state = useAppState();
  const theme = useTheme();
  const form = selectShipForm(state);
  if (!form) return undefined;
  const width = state.size.columns;
  const lines: (readonly Span[])[] = [
    [],
    [span('title', ` ${form.title}`)],
    [],
    ...form.fields.flatMap((field) => [...fieldLines(field, theme, width), []]),
    ...form.explanation.map((text) => [span('muted', `   ${text}`)]),
  ];
  return lines.slice(0, bodyRows(state)).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a form are their places
    <Line key={index} width={width} left={line} />
  ));
}

function fieldLines(field: FieldRow, { glyphs }: Theme, width: number): Span[][] {
  const marker = field.isFocused ? span('accent', ` ${glyphs.marker} `) : '   ';
  const label = span(field.isFocused ? 'title' : 'text', fitTo(field.label, fieldIndent - 3));
  const caret = field.isFocused ? [span('accent', glyphs.caret)] : [];
  const text = endOf(field.text, width - fieldIndent - 2, glyphs.ellipsis);
  const tone = field.isWrong ? 'bad' : 'muted';
  return [
    [marker, label, text, ...caret],
    ...field.notes.map((note) => [span(tone, `${' '.repeat(fieldIndent)}${note}`)]),
  ];
}

/** The end of what was typed: that is where one types. */
function endOf(text: string, width: number, ellipsis: string): string {
  const columns = displayWidth(text);
  return columns <= width ? text : ellipsis + sliceColumns(text, columns - width + 1);
}
