/* The line to a server, as it is on bad days: a TCP proxy on 127.0.0.1 that is told when to cut, to stall, or to take nobody. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type FaultyLine = {
  readonly port: number;
  /** Connections taken since the start. */
  readonly taken: () => number;
  /** Pieces of the server's answers that came so far. */
  readonly pieces: () => number;
  /** Connections there are now. */
  readonly open: () => number;
  /** Every line there is now. */
  readonly cut: () => void;
  /** The line goes after so many more pieces of the server's answers, each time anew for `times` lines. */
  readonly cutAfter: (pieces: number, times?: number) => void;
  /** From now on nothing the server says gets through; `flow` lets it go on. */
  readonly stall: () => void;
  readonly flow: () => void;
  readonly refuse: (isRefusing: boolean) => void;
  readonly close: () => Promise<void>;
};

export const faultyLine = async (toPort: number): Promise<FaultyLine> => {
  const lines = new Set<{ readonly near: Socket; readonly far: Socket }>();
  let taken = 0;
  let piecesLeft = Number.POSITIVE_INFINITY;
  let pieces = Number.POSITIVE_INFINITY;
  let heard = 0;
  let timesLeft = 0;
  let isStalled = false;
  let isRefusing = false;

  const server = createServer((near) => {
    if (isRefusing) {
      near.resetAndDestroy();
      return;
    }
    taken += 1;
    const far = connect({ host: '127.0.0.1', port: toPort });
    const line = { near, far };
    lines.add(line);
    const hangUp = () => {
      lines.delete(line);
      near.destroy();
      far.destroy();
    };
    for (const end of [near, far]) {
      end.once('close', hangUp);
      end.once('error', hangUp);
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      heard += 1;
      piecesLeft -= 1;
      if (piecesLeft < 0 && timesLeft > 0) {
        timesLeft -= 1;
        piecesLeft = timesLeft > 0 ? pieces : Number.POSITIVE_INFINITY;
        hangUp();
        return;
      }
      near.write(chunk);
    });
    if (isStalled) far.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const { near, far } of lines) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    pieces: () => heard,
    open: () => lines.size,
    cut,
    cutAfter: (count, times = 1) => {
      pieces = count;
      piecesLeft = count;
      timesLeft = times;
    },
    stall: () => {
      isStalled = true;
      for (const { far } of lines) far.pause();
    },
    flow: () => {
      isStalled = false;
      for (const { far } of lines) far.resume();
    },
    refuse: (yes) => {
      isRefusing = yes;
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
