import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LogReader } from '../domain/log-reader.ts';
import type { State } from '../state/state.ts';

/** What the screens read from: the state, and the log's lines, which live outside it. */
export type AppSource = {
  get(): State;
  subscribe(listener: () => void): () => void;
  /** The lines of a build's log; undefined before the first was asked for. */
  logOf(buildId: string): LogReader | undefined;
};

export const AppSourceContext = createContext<AppSource | undefined>(undefined);

function useSource(): AppSource {
  const source = useContext(AppSourceContext);
  if (!source) throw new Error('AppSourceContext is missing around the screens.');
  return source;
}

/** The state now; draws again when it changes. */
export function useAppState(): State {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, source.get);
}

/** The lines of a build's log; what of them is shown depends on the state's version of them. */
export function useLog(buildId: string): LogReader | undefined {
  return useSource().logOf(buildId);
}
