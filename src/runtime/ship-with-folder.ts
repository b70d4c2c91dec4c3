import { toAppError } from '../domain/errors.ts';
import type { Overlay } from '../state/state-overlay.ts';
import type { ActionDeps, Asked } from './action-deps.ts';
import type { Ending } from './actions-under-way.ts';

type Deps = Pick<ActionDeps, 'files' | 'dispatch' | 'get'>;

/**
 * Makes a package with a folder's files once it is known that the folder can be read; what is wrong with it is said in the
 * form. Whoever went on in the form meanwhile, or closed it, does not mean it any more.
 */
export async function shipWithFolder(
  deps: Deps,
  { values, ship }: Asked<'ship-with-folder'>,
  make: (effect: Asked<'ship-with-folder'>['ship']) => void,
  signal: AbortSignal,
): Promise<Ending> {
  const form = (): Extract<Overlay, { kind: 'ship-form' }> | undefined => {
    const { overlay } = deps.get();
    return overlay?.kind === 'ship-form' && overlay.values === values ? overlay : undefined;
  };
  let packagePath: string;
  try {
    packagePath = await deps.files.folder(ship.packagePath, signal);
  } catch (error) {
    signal.throwIfAborted();
    const open = form();
    const refused = { folder: values.folder, why: toAppError(error).message };
    if (open) deps.dispatch({ type: 'overlay', overlay: { ...open, field: 'folder', tried: true, refused } });
    return undefined;
  }
  if (!form()) return undefined;
  deps.dispatch({ type: 'overlay', overlay: undefined });
  deps.dispatch({ type: 'ship-form-sent', values });
  make({ ...ship, packagePath });
  deps.dispatch({ type: 'go', route: { screen: 'ship' } });
  return undefined;
}
