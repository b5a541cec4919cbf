import type { GmailSdk, GmailThreadView } from '../../lib/mail-page/gmail-threads.ts';

/** What a scripted Gmail page does about one thread. */
export type ScriptedThread = {
  /** Undefined: the page has no id for it. */
  readonly threadId?: string | undefined;
  /** 'placed': shown at once. 'waiting': never put into the page. 'refused': the page has no side bar. */
  readonly sidebar?: 'placed' | 'waiting' | 'refused';
};
export type ScriptedView = { readonly view: GmailThreadView; readonly leave: () => void };

/** InboxSDK as it behaves towards a reader, on a page the test writes. */
export const scriptedSdk = (address: () => string = () => 'ana@acme.test') => {
  const handlers = new Set<(view: GmailThreadView) => void>();
  const sdk: GmailSdk = {
    User: { getEmailAddress: address },
    Conversations: {
      registerThreadViewHandler: (handler) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    },
  };
  const enter = ({ threadId, sidebar = 'placed' }: ScriptedThread): ScriptedView => {
    const leaving: (() => void)[] = [];
    let isDestroyed = false;
    const view: GmailThreadView = {
      get destroyed() {
        return isDestroyed;
      },
      getThreadIDAsync: async () => {
        if (threadId === undefined) throw new Error('threadID element not found');
        return threadId;
      },
      addSidebarContentPanel: ({ el }) => {
        if (sidebar === 'refused') throw new Error('no side bar');
        if (sidebar === 'placed') document.body.append(el);
        leaving.push(() => el.remove());
        return { once: (_event, placed) => sidebar === 'placed' && placed() };
      },
      once: (_event, listener) => leaving.unshift(listener),
    };
    for (const handler of handlers) handler(view);
    return {
      view,
      leave: () => {
        isDestroyed = true;
        for (const each of leaving) each();
      },
    };
  };
  return { sdk, enter, handlerCount: () => handlers.size };
};
