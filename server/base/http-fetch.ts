/** The one place the server reaches out by HTTP from; passed to whoever needs it, so that tests stand at the wire. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
export const systemFetch: Fetch = (input, init) => fetch(input, init);
