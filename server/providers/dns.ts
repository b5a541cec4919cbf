/* What the names of a domain stand for. A name that does not answer stands for nothing: whoever asks has another way to find out. */
import { Resolver } from 'node:dns/promises';

export type HostAt = { readonly host: string; readonly port: number };

export type Dns = {
  /** Hosts that take mail for the domain, the preferred first. */
  readonly mailHosts: (domain: string) => Promise<readonly string[]>;
  /** Where a service is offered, the preferred first; none where the domain says that it is not. Source: RFC 2782 */
  readonly services: (name: string) => Promise<readonly HostAt[]>;
  readonly aliases: (name: string) => Promise<readonly string[]>;
  /** IPv4 first. */
  readonly addresses: (host: string) => Promise<readonly string[]>;
};

/** `servers`: in place of those of this machine, as "address:port". All look-ups end when the signal aborts. */
export const openDns = (signal: AbortSignal, servers?: readonly string[]): Dns => {
  const resolver = new Resolver({ timeout: longestWaitMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const orNone = async <T>(lookUp: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return signal.aborted ? [] : await lookUp();
    } catch {
      // Not there, not answered, or answered with what cannot be read: c-ares tells them apart, but nobody here would act on it.
      return [];
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
  return {
    mailHosts: (domain) =>
      orNone(async () =>
        (await resolver.resolveMx(domain))
          .sort((a, b) => a.priority - b.priority)
          .map(({ exchange }) => named(exchange))
          .filter((host) => host !== ''),
      ),
    services: (name) =>
      orNone(async () =>
        (await resolver.resolveSrv(name))
          .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
          .map((each) => ({ host: named(each.name), port: each.port }))
          .filter(({ host }) => host !== ''),
      ),
    aliases: (name) => orNone(async () => (await resolver.resolveCname(name)).map(named)),
    addresses: async (host) => [
      ...(await orNone(() => resolver.resolve4(host))),
      ...(await orNone(() => resolver.resolve6(host))),
    ],
  };
};

const longestWaitMs = 2_000;

const named = (host: string): string => host.toLowerCase().replace(/\.$/, '');
