import { Text } from 'ink';
import Table from 'ink-table';
import type { PropsWithChildren } from 'react';

/** A table for paper and pipes: no colours but bold headings, widths by content. The live lists have their own. */
export function PrintedTable({ rows }: { rows: Record<string, string>[] }) {
  return <Table data={rows} header={Heading} skeleton={Rule} cell={Cell} />;
}

const Heading = ({ children }: PropsWithChildren) => <Text bold>{children}</Text>;
const Rule = ({ children }: PropsWithChildren) => <Text dimColor>{children}</Text>;
const Cell = ({ children }: PropsWithChildren) => <Text>{children}</Text>;
