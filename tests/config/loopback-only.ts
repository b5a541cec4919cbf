/* Tests reach nothing but this machine: a connection to any other host fails the test that made it. */
import net from 'node:net';

const isLoopback = (host: string | undefined): boolean =>
  host === undefined ||
  host === '' ||
  host === 'localhost' ||
  host === '::1' ||
  host.startsWith('127.') ||
  host.endsWith('.localhost');

const connect = net.Socket.prototype.connect;
const guarded = function guarded(this: net.Socket, ...args: unknown[]) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host =
    typeof first === 'object' && first !== null
      ? (first as { host?: string; path?: string }).path === undefined
        ? (first as { host?: string }).host
        : undefined
      : typeof args[1] === 'string'
        ? args[1]
        : undefined;
  if (!isLoopback(host)) throw new Error(`A test tried to reach ${host}: only loopback is allowed.`);
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof net.Socket.prototype.connect;
// Test files of one process come one after the other, each with this before it.
if (connect.name !== guarded.name) net.Socket.prototype.connect = guarded;
