import { renderToString, Text } from 'ink';
import inkTable from 'ink-table';
import type { PropsWithChildren } from 'react';

// A CommonJS module: bundled for Node, its default export arrives one level deeper.
const Table = 'default' in inkTable ? (inkTable.default as typeof inkTable) : inkTable;

/** A table for paper and pipes, `width` columns wide: only bold headings, cells as wide as what they hold. */
export const printTable = (rows: Record<string, string>[], width: number): string =>
  renderToString(<Table data={rows} header={Heading} skeleton={Rule} cell={Cell} />, { columns: width });

const Heading = ({ children }: PropsWithChildren) => <Text bold>{children}</Text>;
const Rule = ({ children }: PropsWithChildren) => <Text dimColor>{children}</Text>;
const Cell = ({ children }: PropsWithChildren) => <Text>{children}</Text>;
