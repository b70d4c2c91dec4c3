import type { Row } from './row.ts';
import { append } from './rows/append.ts';
import { calls } from './rows/calls.ts';
import { flood } from './rows/flood.ts';
import { idle } from './rows/idle.ts';
import { key } from './rows/key.ts';
import { lag } from './rows/lag.ts';
import { list } from './rows/list.ts';
import { filter, memory, search } from './rows/log-engine.ts';
import { pack } from './rows/pack.ts';
import { stall } from './rows/stall.ts';
import { start } from './rows/start.ts';
import { upload } from './rows/upload.ts';
import { version } from './rows/version.ts';

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  start,
  version,
  key,
  append,
  flood,
  idle,
  memory,
  search,
  filter,
  list,
  pack,
  upload,
  calls,
  lag,
  stall,
];
