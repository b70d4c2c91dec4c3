import { type Element, Fragment } from './jsx-runtime.ts';

/**
 * The rows of what a component returned, as Ink would draw them: boxes that stack rows, and texts that already fit.
 * @throws TypeError for what is anything else: it is for Ink to draw.
 */
export function drawStill(node: unknown): string[] {
  if (node === undefined || node === null || typeof node === 'boolean') return [];
  if (Array.isArray(node)) return node.flatMap(drawStill);
  const { type, props } = node as Element;
  if (type === Fragment) return drawStill(props.children);
  if (type === 'text') return textRows(props);
  if (type === 'box') return boxRows(props);
  if (typeof type === 'function') return drawStill(type(props));
  if (typeof type !== 'object') throw new TypeError(`${String(type)} is not drawn here.`);
  const before = type.value;
  type.value = props.value;
  try {
    return drawStill(props.children);
  } finally {
    type.value = before;
  }
}

function textRows({ children, wrap = 'truncate', ...others }: Element['props']): string[] {
  requireNone(others);
  if (typeof children !== 'string' || wrap !== 'truncate')
    throw new TypeError('A text that must be measured.');
  return children.split('\n');
}

function boxRows({
  children,
  height,
  flexDirection,
  overflow,
  width,
  ...others
}: Element['props']): string[] {
  requireNone(others);
  if (flexDirection !== 'column' || typeof height !== 'number' || (width ?? '100%') !== '100%') {
    throw new TypeError('A box that must be laid out.');
  }
  const rows = drawStill(children);
  if (rows.length > height && overflow !== 'hidden') throw new TypeError('A box that must be squeezed.');
  return Array.from({ length: height }, (_, index) => rows[index] ?? '');
}

function requireNone(props: object): void {
  const [name] = Object.keys(props);
  if (name !== undefined) throw new TypeError(`Nothing is known of ${name}.`);
}
