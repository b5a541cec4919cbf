/** Runs pieces of work one after the other, in the order given; a failed one does not stop the next. */
export const makeTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
};

/**
 * Shares one piece of work per key among all who want it at the same time. `join` takes part in what runs already;
 * `anew` needs one that begins from now on, and waits for a running one to end first.
 */
export const makeShared = <T>() => {
  const flights = new Map<string, { running: Promise<T>; next?: Promise<T> }>();

  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const flight = {
      running: work().finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flights.set(key, flight);
    return flight.running;
  };

  return (key: string, how: 'join' | 'anew', work: () => Promise<T>): Promise<T> => {
    const flight = flights.get(key);
    if (flight === undefined) return start(key, work);
    if (how === 'join') return flight.running;
    const begin = () => start(key, work);
    flight.next ??= flight.running.then(begin, begin);
    return flight.next;
  };
};
