/**
 * Stands in for React where one still picture is drawn: every component is called once, no state ever changes. The
 * bundle of the first picture takes it in React's place, see `scripts/bundle.ts`.
 */
export type Context<T> = { value: T };

export const createContext = <T>(value: T): Context<T> => ({ value });
export const useContext = <T>(context: Context<T>): T => context.value;
export const useSyncExternalStore = <T>(_subscribe: unknown, get: () => T): T => get();
