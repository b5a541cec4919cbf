/** How adding a mailbox ended on this page; where the provider asks the person, it goes on there. */
export type End = { readonly said: string; readonly isConnected: boolean };
