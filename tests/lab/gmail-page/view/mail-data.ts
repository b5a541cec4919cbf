import type { ListedThread, MailRoute, ShownThread } from '../mailbox-source.ts';
import type { PageSetup } from '../variant.ts';

const setupText = document.getElementById('setup')?.textContent ?? '{}';
export const setup = JSON.parse(setupText) as PageSetup;

export const readLabels = async (): Promise<readonly string[]> =>
  (await ask<readonly string[]>('labels')) ?? [];

export const readThreads = async (route: MailRoute): Promise<readonly ListedThread[]> => {
  const detail = route.kind === 'label' ? route.name : route.kind === 'search' ? route.text : '';
  return (
    (await ask<readonly ListedThread[]>(`threads?${new URLSearchParams({ kind: route.kind, detail })}`)) ?? []
  );
};

export const readThread = (threadId: string): Promise<ShownThread | undefined> =>
  ask<ShownThread>(`thread/${threadId}`);

const ask = async <T>(path: string): Promise<T | undefined> => {
  const response = await fetch(`/mail/u/${setup.accountIndex}/data/${path}`);
  return response.ok ? ((await response.json()) as T) : undefined;
};
