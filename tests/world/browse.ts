/* A browser without scripts: cookies kept, redirects followed only when asked to, forms posted from the server's own origin. */
export type Browsing = {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Page>;
  readonly post: (
    path: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ) => Promise<Page>;
  readonly cookies: () => string;
};
export type Page = {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
  /** The page's words, without its marks. */
  readonly words: string;
};

export const browse = (serverUrl: string, cookies = ''): Browsing => {
  const jar = new Map(cookies.split('; ').flatMap((pair) => (pair === '' ? [] : [splitPair(pair)])));
  const header = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const ask = async (
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<Page> => {
    const answer = await fetch(new URL(path, serverUrl), {
      ...init,
      redirect: 'manual',
      headers: { ...(jar.size === 0 ? {} : { cookie: header() }), ...init.headers },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = splitPair(set.split(';')[0] ?? '');
      if (value === '' || /max-age=0\b/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? undefined,
      text,
      words: text
        .replace(/<style>.*?<\/style>/s, '')
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' '),
    };
  };
  return {
    get: (path, headers = {}) => ask(path, { method: 'GET', headers }),
    post: (path, form, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(serverUrl).origin,
          ...headers,
        },
        body: new URLSearchParams(form),
      }),
    cookies: header,
  };
};

const splitPair = (pair: string): [string, string] => {
  const [name = '', ...value] = pair.split('=');
  return [name, value.join('=')];
};
