/* Which scopes each method takes: read out of Google's own typings, so that the lab enforces Google's table and not ours. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const scope = {
  all: 'https://mail.google.com/',
  modify: 'https://www.googleapis.com/auth/gmail.modify',
  readonly: 'https://www.googleapis.com/auth/gmail.readonly',
  metadata: 'https://www.googleapis.com/auth/gmail.metadata',
  labels: 'https://www.googleapis.com/auth/gmail.labels',
  send: 'https://www.googleapis.com/auth/gmail.send',
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
} as const;

export type ScopeTable = ReadonlyMap<string, ReadonlySet<string>>;

/** Shape: 'users.messages.list' -> the scopes of which one is enough. */
export const scopeTable = (): ScopeTable => {
  const main = createRequire(import.meta.url).resolve('@googleapis/gmail');
  const typings = readFileSync(path.join(path.dirname(main), 'v1.d.ts'), 'utf8');
  const table = new Map<string, ReadonlySet<string>>();
  for (const [, list, method] of typings.matchAll(/scopes: \[([^\]]*)\][\s\S]*?await gmail\.([\w.]+)\(/g)) {
    if (list === undefined || method === undefined) continue;
    table.set(method, new Set([...list.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '')));
  }
  if (table.size < fewestMethods) throw new Error(`Only ${table.size} methods with scopes were found.`);
  return table;
};

/** Source: @googleapis/gmail 22.0.1, counted 2026-11. Fewer means the typings are laid out anew. */
const fewestMethods = 79;

/** Scopes that let a call see no more than headers: `q` and bodies are refused with them. */
export const seesOnlyMetadata = (granted: ReadonlySet<string>): boolean =>
  granted.has(scope.metadata) &&
  ![scope.all, scope.modify, scope.readonly].some((wider) => granted.has(wider));
