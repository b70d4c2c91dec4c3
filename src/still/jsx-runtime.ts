import type { Context } from './react.ts';

type Props = Readonly<Record<string, unknown>>;

/** What a piece of JSX is until it is drawn. */
export type Element = {
  type: string | symbol | Context<unknown> | ((props: Props) => unknown);
  props: Props;
};

export const Fragment = Symbol('fragment');
export const jsx = (type: Element['type'], props: Props): Element => ({ type, props });
export const jsxs = jsx;
