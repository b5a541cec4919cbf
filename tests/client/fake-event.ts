/** An event of the extension API, to be fired by the test. */
export const event = <Args extends unknown[]>() => {
  const listeners: ((...args: Args) => void)[] = [];
  return {
    addListener: (listener: (...args: Args) => void): void => void listeners.push(listener),
    fire: (...args: Args): void => {
      for (const listener of [...listeners]) listener(...args);
    },
  };
};
