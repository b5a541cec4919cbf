import { startDovecot } from '/work/main/tests/lab/imap/dovecot.ts';
import { imapProvider } from '/work/main/server/providers/imap/index.ts';
import { systemClock } from '/work/main/server/base/clock.ts';
for (const persona of ['modern','old','no-keywords'] as const) {
  const d = await startDovecot({ persona });
  await d.addUser('ana@acme.test', 'pw');
  const p = imapProvider({ server: { host: 'localhost', port: d.imapsPort, security: 'tls' }, credentials: { user: 'ana@acme.test', password: 'pw' }, clock: systemClock, candidateLabelName: 'Candor', trust: [d.certificate] });
  const s = new AbortController().signal;
  try {
  console.log(persona, await p.profile(s), await p.can(s));
  const c = await p.start(s); console.log(c);
  console.log(await p.pull(c, {}, s));
  } catch (e) { console.log(e); const { readFileSync } = await import('node:fs'); console.log(readFileSync(d.folder + '/dovecot.log', 'utf8')); }
  p.close(); await d.close();
}
