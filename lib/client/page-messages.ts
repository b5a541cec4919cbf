/* What content scripts tell, believed only where it can be checked: which tab it came from, and that it was a mail page's own frame. */
import { PageMessage } from '../contract/runtime.ts';
import type { Sender, World } from './world.ts';

const mailOrigins: ReadonlySet<string> = new Set(['https://mail.google.com']);
export const isMailPage = (url: string | undefined): boolean =>
  mailOrigins.has(URL.parse(url ?? '')?.origin ?? '');

/** Undefined for anything that is not ours to heed; others listen to the same event. */
export const parsePageMessage = (
  { extension }: World,
  message: unknown,
  sender: Sender,
):
  | { readonly tab: { readonly id: number; readonly windowId: number }; readonly said: PageMessage }
  | undefined => {
  const { id, windowId } = sender.tab ?? {};
  const isMailFrame = sender.id === extension.runtime.id && sender.frameId === 0 && isMailPage(sender.url);
  if (id === undefined || windowId === undefined || !isMailFrame) return undefined;
  const said = PageMessage.safeParse(message);
  return said.success ? { tab: { id, windowId }, said: said.data } : undefined;
};
