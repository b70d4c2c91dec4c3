import type { Socket } from 'node:net';

/** Connections over which no signed request has come yet. */
export type Newcomers = {
  add(socket: Socket): void;
  /** A request with a good signature came over it: it may stay as long as it likes. */
  admit(socket: Socket): void;
};

/**
 * Keeps those who have not shown to know the secret few and short: each is cut after `limitMs`, and the oldest of them
 * where there are more than `most`. Else anybody on the machine could take all connections and keep everyone out.
 */
export function createNewcomers(most: number, limitMs: number): Newcomers {
  const known = new Map<Socket, NodeJS.Timeout>();
  const forget = (socket: Socket) => {
    clearTimeout(known.get(socket));
    known.delete(socket);
  };
  return {
    add(socket) {
      // A map keeps the order of coming.
      const [oldest] = known.size >= most ? known.keys() : [];
      if (oldest !== undefined) {
        forget(oldest);
        oldest.destroy();
      }
      known.set(
        socket,
        setTimeout(() => socket.destroy(), limitMs),
      );
      socket.once('close', () => forget(socket));
    },
    admit: forget,
  };
}
