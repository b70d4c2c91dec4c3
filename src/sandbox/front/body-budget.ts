/** How many bytes may be held in memory for senders who have not shown to know the secret. */
export type BodyBudget = {
  /** An account of one body: `take` is false where the budget is spent; `release` gives all that was taken back. */
  open(): { take(bytes: number): boolean; release(): void };
};

export function createBodyBudget(maxBytes: number): BodyBudget {
  let held = 0;
  return {
    open() {
      let mine = 0;
      return {
        take(bytes) {
          if (held + bytes > maxBytes) return false;
          held += bytes;
          mine += bytes;
          return true;
        },
        release() {
          held -= mine;
          mine = 0;
        },
      };
    },
  };
}
