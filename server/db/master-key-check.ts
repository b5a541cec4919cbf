/* The database knows the master key it was set up with by a fingerprint, which tells nothing of the key. */
import type { ClientBase } from 'pg';
import { StartRefusal } from '../base/start-refusal.ts';
import type { MasterKey } from '../base/vault.ts';

/** Before anything is written. Throws StartRefusal when the database was set up with another master key. */
export const requireSameMasterKey = async (client: ClientBase, masterKey: MasterKey): Promise<void> => {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `select to_regclass('app.master_key') is not null as found`,
  );
  if (tables[0]?.found !== true) return;
  const { rows } = await client.query<{ fingerprint: Buffer }>('select fingerprint from app.master_key');
  if (rows[0] !== undefined && !rows[0].fingerprint.equals(masterKey.fingerprint))
    throw new StartRefusal(
      'The master key is not the one this database was set up with: put back the right CANDOR_MASTER_KEY or master.key. Nothing was changed.',
    );
};

export const keepMasterKeyCheck = async (client: ClientBase, masterKey: MasterKey): Promise<void> => {
  await client.query('insert into app.master_key (fingerprint) values ($1) on conflict do nothing', [
    masterKey.fingerprint,
  ]);
  // Of two first starts at once with two keys, one is refused here.
  await requireSameMasterKey(client, masterKey);
};
