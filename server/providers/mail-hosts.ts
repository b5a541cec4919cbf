/*
 * Where the server may connect to at somebody's word. A colleague names the host of their mailbox, and a stranger's domain
 * names the hosts of its settings: without a rule the server would be a way into the network it stands in, and its answers a
 * map of that network. So only public addresses are connected to, whatever the port: nobody learns more of them than from
 * outside. A company's own mail server in a private network is let in by name, by whoever runs Candor. The address that was
 * looked at is the one that is connected to, so a name that changes what it means in between gains nothing.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { MailboxRefusal, MailServer } from '../../lib/contract/mailbox-trouble.ts';
import { Failure } from '../base/failure.ts';

/** Not loopback, private, link-local (where clouds keep their secrets), shared, multicast, reserved, or one of those in disguise. */
export const isPublicAddress = (text: string): boolean => {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() === 'ipv4Mapped' && address instanceof ipaddr.IPv6)
    return address.toIPv4Address().range() === 'unicast';
  return address.range() === 'unicast';
};

/**
 * An IP address to connect to. `inside`: hosts, in lower case, that may lie anywhere.
 * Throws: provider-refused with a MailboxRefusal as its cause, and what a look-up throws.
 */
export const addressToConnect = async (
  server: MailServer,
  host: string,
  inside: readonly string[],
): Promise<string> => {
  const address = isIP(host) > 0 ? host : (await lookup(host, { order: 'ipv4first' })).address;
  if (inside.includes(host.toLowerCase()) || isPublicAddress(address)) return address;
  throw new Failure('provider-refused', 'A host is not to be connected to', {
    cause: { server, trouble: 'host-not-allowed' } satisfies MailboxRefusal,
  });
};
