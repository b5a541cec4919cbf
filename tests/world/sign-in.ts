/* Signs a person in as they would: by the server's own forms, and for the extension by the device flow. */

export type Cookies = string;

const post = (url: string, body: Record<string, string>, cookies?: Cookies): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(url).origin,
      ...(cookies === undefined ? {} : { cookie: cookies }),
    },
    body: new URLSearchParams(body),
  });

const expectStatus = async (answer: Response, status: number): Promise<Response> => {
  if (answer.status !== status)
    throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
};

export const setUp = async (
  setupLink: string,
  who: { company: string; name: string; address: string; password: string },
): Promise<void> => {
  const token = new URL(setupLink).searchParams.get('token') ?? '';
  await expectStatus(await post(new URL('/setup', setupLink).href, { token, ...who }), 303);
};

export const accept = async (
  invitationLink: string,
  who: { name: string; password: string },
): Promise<void> => {
  const token = new URL(invitationLink).searchParams.get('token') ?? '';
  await expectStatus(await post(new URL('/invitation', invitationLink).href, { token, ...who }), 303);
};

/** Waits where it is told to: the sign-in library counts tries for a whole process, which other test files were in before. */
export const signIn = async (serverUrl: string, address: string, password: string): Promise<Cookies> => {
  const answer = await post(`${serverUrl}/sign-in`, { address, password });
  if (answer.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return signIn(serverUrl, address, password);
  }
  return (await expectStatus(answer, 303)).headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
};

/** What the extension would hold after the person confirmed its code. */
export const pair = async (serverUrl: string, cookies: Cookies): Promise<string> => {
  const code = await askJson(`${serverUrl}/api/auth/device/code`, {
    client_id: 'candor-extension',
    scope: '',
  });
  const page = `${serverUrl}/device?user_code=${String(code.user_code)}`;
  await expectStatus(await fetch(page, { headers: { cookie: cookies }, redirect: 'manual' }), 200);
  await expectStatus(
    await post(`${serverUrl}/device`, { user_code: String(code.user_code), answer: 'approve' }, cookies),
    200,
  );
  const token = await askJson(`${serverUrl}/api/auth/device/token`, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: String(code.device_code),
    client_id: 'candor-extension',
  });
  return String(token.access_token);
};

const askJson = async (url: string, body: Record<string, string>): Promise<Record<string, unknown>> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
};
