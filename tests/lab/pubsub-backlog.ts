/* What one Pub/Sub subscription holds: handed out in no order, again and again until acknowledged. */

export type Received = {
  readonly ackId: string;
  readonly message: { readonly data: string; readonly messageId: string; readonly publishTime: string };
};

export type Backlog = {
  readonly add: (data: Buffer) => void;
  /** Waits until there is at least one, or the signal aborts; an aborted signal waits for nothing. */
  readonly take: (most: number, signal: AbortSignal) => Promise<readonly Received[]>;
  /** An id that is known no more is no failure, and does nothing. */
  readonly acknowledge: (ackIds: readonly string[]) => void;
  readonly giveBack: (ackId: string) => void;
  readonly repeatLast: () => void;
  readonly wake: () => void;
  readonly size: () => number;
};

export const createBacklog = (now: () => number, ackDeadlineMs: number): Backlog => {
  const held: { message: Received['message']; ackId: string | undefined; leasedUntil: number }[] = [];
  const waiting = new Set<() => void>();
  let last: Received['message'] | undefined;
  let serial = 0;

  const wake = () => {
    for (const look of [...waiting]) look();
  };
  const takeNow = (most: number): Received[] => {
    // Newest first: whoever counts on order is found out.
    const free = held.filter(({ leasedUntil }) => leasedUntil <= now()).reverse();
    return free.slice(0, most).map((one) => {
      serial += 1;
      one.ackId = `ack-${serial}`;
      one.leasedUntil = now() + ackDeadlineMs;
      last = one.message;
      return { ackId: one.ackId, message: one.message };
    });
  };

  return {
    add: (data) => {
      serial += 1;
      const message = {
        data: data.toString('base64'),
        messageId: String(serial),
        publishTime: new Date(now()).toISOString(),
      };
      held.push({ message, ackId: undefined, leasedUntil: 0 });
      wake();
    },
    take: async (most, signal) => {
      for (;;) {
        const taken = takeNow(most);
        if (taken.length > 0 || signal.aborted) return taken;
        await new Promise<void>((resolve) => {
          const go = () => {
            waiting.delete(go);
            signal.removeEventListener('abort', go);
            resolve();
          };
          waiting.add(go);
          signal.addEventListener('abort', go, { once: true });
        });
      }
    },
    acknowledge: (ackIds) => {
      for (const ackId of ackIds) {
        const at = held.findIndex((one) => one.ackId === ackId);
        if (at >= 0) held.splice(at, 1);
      }
    },
    giveBack: (ackId) => {
      for (const one of held) if (one.ackId === ackId) one.leasedUntil = 0;
    },
    repeatLast: () => {
      if (last !== undefined) held.push({ message: last, ackId: undefined, leasedUntil: 0 });
      wake();
    },
    wake,
    size: () => held.length,
  };
};
