/* What goes wrong on purpose: refusals, answers that are no JSON, connections that break, and requests kept waiting. */
/** A part of "GET /gmail/v1/users/me/messages/18c…?format=raw", or a pattern for it. */
export type RequestMatch = string | RegExp;

export type Fault = {
  readonly match: RequestMatch;
  readonly times: number;
  /** 'reset': before anything is done. 'reset-after': it is done, and the answer is lost. */
  readonly how: number | 'not-json' | 'reset' | 'reset-after';
  /** The provider's own reason or code beside a status; one that fits the status when absent. */
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
};
export type Hold = {
  /** Resolves once so many requests wait at the same time. */
  readonly reached: (count: number) => Promise<void>;
  readonly waiting: () => number;
  readonly release: () => void;
};

export type Injected =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | 'reset'
  | 'reset-after';

/** `refuse`: a refusal in the provider's own shape. */
export const createFaults = (refuse: (status: number, reason: string | undefined) => string) => {
  const faults: { fault: Fault; left: number }[] = [];
  const holds: { match: RequestMatch; waiters: (() => void)[]; watchers: (() => void)[]; isOpen: boolean }[] =
    [];

  return {
    add: (fault: Fault): void => {
      faults.push({ fault, left: fault.times });
    },
    next: (method: string, path: string): Injected | undefined => {
      const found = faults.find(({ fault, left }) => left > 0 && matches(fault.match, method, path));
      if (found === undefined) return undefined;
      found.left -= 1;
      return inject(found.fault, refuse);
    },
    hold: (match: RequestMatch): Hold => {
      const held = { match, waiters: [] as (() => void)[], watchers: [] as (() => void)[], isOpen: false };
      holds.push(held);
      return {
        reached: (count) =>
          new Promise((resolve) => {
            const look = () => {
              if (held.waiters.length >= count) resolve();
            };
            held.watchers.push(look);
            look();
          }),
        waiting: () => held.waiters.length,
        release: () => open(held),
      };
    },
    held: async (method: string, path: string): Promise<void> => {
      const held = holds.find(({ match, isOpen }) => !isOpen && matches(match, method, path));
      if (held === undefined) return;
      await new Promise<void>((resolve) => {
        held.waiters.push(resolve);
        for (const look of held.watchers) look();
      });
    },
    releaseAll: (): void => holds.forEach(open),
  };
};

const open = (held: { waiters: (() => void)[]; isOpen: boolean }): void => {
  held.isOpen = true;
  for (const go of held.waiters.splice(0)) go();
};

const matches = (match: RequestMatch, method: string, path: string): boolean => {
  const line = `${method} ${path}`;
  return typeof match === 'string' ? line.includes(match) : match.test(line);
};

const inject = (
  { how, reason, retryAfterSeconds }: Fault,
  refuse: (status: number, reason: string | undefined) => string,
): Injected => {
  if (how === 'reset' || how === 'reset-after') return how;
  const json = { 'content-type': 'application/json; charset=UTF-8' };
  if (how === 'not-json')
    return { status: 200, headers: json, body: '<html><body>Temporary Error</body></html>' };
  const wait: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { status: how, headers: { ...json, ...wait }, body: refuse(how, reason) };
};
