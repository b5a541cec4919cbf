/* From the address of a server to a signed-in person. What stands in the session says how far it came, so a worker that was stopped goes on where it was. */
import { makeApi } from './api.ts';
import { backOffMs } from './back-off.ts';
import { askDeviceToken, startDeviceFlow } from './device-flow.ts';
import { makeShared } from './one-at-a-time.ts';
import { Unserved, type Why, whyUnserved } from './server-fetch.ts';
import type { Session, SessionStore } from './session.ts';
import type { World } from './world.ts';

export type Pairing = ReturnType<typeof makePairing>;

export const pairingAlarm = 'candor:pairing';
/** What a poll adds to its interval when told to. Source: RFC 8628, sec. 3.5. */
const slowDownMs = 5_000;

export const makePairing = (world: World, session: SessionStore, onChange: () => void) => {
  const shared = makeShared<void>();
  let stopTimer: (() => void) | undefined;
  let unreachable = false;
  let failures = 0;

  /** The next step, if it is due; does nothing where no pairing is under way. */
  const goOn = (): Promise<void> => shared('pairing', 'anew', step);

  const step = async (): Promise<void> => {
    const now = await session.read();
    if (now.state === 'pairing') await poll(now);
    else if (now.state === 'paired') await meet(now);
    await schedule();
  };

  const poll = async (now: Extract<Session, { state: 'pairing' }>): Promise<void> => {
    if (world.clock.now() >= now.expiresAt) return replace(now, { state: 'signed-out' });
    if (world.clock.now() < now.nextPollAt) return;
    const answer = await attempt(() => askDeviceToken(world, now.serverAddress, now.deviceCode));
    if (answer === 'over' || (typeof answer === 'object' && answer.state === 'over')) {
      return replace(now, { state: 'signed-out' });
    }
    if (typeof answer === 'object' && answer.state === 'confirmed') {
      await replace(now, { state: 'paired', token: answer.token });
      const paired = await session.read();
      return paired.state === 'paired' ? meet(paired) : undefined;
    }
    const isTooFast = typeof answer === 'object' && answer.state === 'slow-down';
    const intervalMs = now.intervalMs + (isTooFast ? slowDownMs : 0);
    await replace(now, { ...now, intervalMs, nextPollAt: world.clock.now() + intervalMs });
  };

  const meet = async (now: Extract<Session, { state: 'paired' }>): Promise<void> => {
    const me = await attempt(() => makeApi(world, now).me());
    if (me === 'over') await replace(now, { state: 'signed-out' });
    else if (me !== 'later') await replace(now, { state: 'signed-in', token: now.token, me });
  };

  /** What was asked for; or whether to ask again later, or that it is over. */
  const attempt = async <T>(ask: () => Promise<T>): Promise<T | 'later' | 'over'> => {
    let why: Why;
    try {
      const answer = await ask();
      unreachable = false;
      failures = 0;
      return answer;
    } catch (thrown) {
      why = whyUnserved(thrown);
    }
    failures += 1;
    unreachable = true;
    onChange();
    return why === 'not-signed-in' ? 'over' : 'later';
  };

  /** Takes the next step of this very pairing; one that was given up or begun anew meanwhile is left alone. */
  const replace = (from: Session, to: StepTo): Promise<void> =>
    session.change((now) =>
      JSON.stringify(now) === JSON.stringify(from) ? { ...to, serverAddress: from.serverAddress } : undefined,
    );

  const schedule = async (): Promise<void> => {
    stopTimer?.();
    stopTimer = undefined;
    const now = await session.read();
    if (now.state !== 'pairing' && now.state !== 'paired') {
      await world.extension.alarms.clear(pairingAlarm);
      return;
    }
    const waitMs =
      now.state === 'pairing'
        ? Math.max(0, now.nextPollAt - world.clock.now())
        : backOffMs(Math.max(1, failures));
    stopTimer = world.clock.after(waitMs, () => void goOn());
    // The timer dies with the worker; the alarm does not. Half a minute is the shortest an alarm may be.
    await world.extension.alarms.create(pairingAlarm, { periodInMinutes: 0.5 });
  };

  return {
    /**
     * The view has asked the browser for leave to reach that origin before: only a click in a page may ask for it.
     * Throws Unserved: 'bad-input' for an address that is none or not safe.
     */
    start: async (typedAddress: string): Promise<void> => {
      const serverAddress = serverAddressOf(typedAddress);
      const code = await startDeviceFlow(world, serverAddress);
      await session.leave('keep-acts');
      const now = world.clock.now();
      await session.change(() => ({
        state: 'pairing',
        serverAddress,
        deviceCode: code.deviceCode,
        userCode: code.userCode,
        verificationUrl: code.verificationUrl,
        expiresAt: now + code.lifetimeMs,
        intervalMs: code.intervalMs,
        nextPollAt: now + code.intervalMs,
      }));
      await schedule();
    },
    goOn,
    isUnreachable: (): boolean => unreachable,
  };
};

type StepTo = Session extends infer S ? (S extends Session ? Omit<S, 'serverAddress'> : never) : never;

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The origin of what the person typed; a session never travels unencrypted except inside this machine. */
export const serverAddressOf = (typed: string): string => {
  const text = typed.trim();
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.has(url.hostname));
  if (url === null || !isSafe || url.hostname === '') throw new Unserved('bad-input');
  return url.origin;
};
