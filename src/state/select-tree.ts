import { packageRoot } from '../domain/package-names.ts';
import {
  type PackageTree,
  platformLines,
  type TreeRow,
  treeRows,
  treeSummary,
} from '../domain/package-tree.ts';
import type { State } from './state.ts';

/** What the package holds, for a screen to draw. */
export type TreeFacts = { summary: string; rows: readonly TreeRow[]; platforms: readonly string[] };

const drawn = new WeakMap<PackageTree, TreeFacts>();

/** The tree of the run at hand; undefined before CHECK. */
export function selectTree({ ship }: State): TreeFacts | undefined {
  if (!ship?.tree) return undefined;
  const known = drawn.get(ship.tree);
  if (known) return known;
  const facts = {
    summary: treeSummary(ship.tree),
    rows: treeRows(ship.tree, packageRoot, true),
    platforms: platformLines(ship.tree),
  };
  drawn.set(ship.tree, facts);
  return facts;
}
