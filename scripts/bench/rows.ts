import type { Row } from './row.ts';
import { append } from './rows/append.ts';
import { flood } from './rows/flood.ts';
import { idle } from './rows/idle.ts';
import { key } from './rows/key.ts';
import { list } from './rows/list.ts';
import { stall } from './rows/stall.ts';

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [key, append, flood, idle, list, stall];
