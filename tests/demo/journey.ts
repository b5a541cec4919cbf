/* The main job, step by step, as the demo drives it where nobody can: each step does something and says what it saw. */
import type { PersonsBrowser } from '../world/browser.ts';
import { ana, jane, mia, noor } from '../world/people.ts';
import type { World } from '../world/start-world.ts';

export type Step = {
  readonly name: string;
  /** Does it and gives back what was seen. Throws when it was not. */
  readonly run: () => Promise<string>;
};

export const journey = (world: World, browser: PersonsBrowser): readonly Step[] => {
  const { panel, mail } = browser;
  const shown = async (text: string | RegExp): Promise<string> => {
    const found = panel.getByText(text).first();
    await found.waitFor();
    return (await found.innerText()).replace(/\s+/g, ' ');
  };
  return [
    {
      name: 'who is this',
      run: async () => {
        await browser.openThread(world.threadId(ana, 'jane'));
        await panel.getByRole('button', { name: 'Log to ATS' }).waitFor();
        return `Beside the thread: ${await shown(jane.name)}, ${await shown(jane.job)}.`;
      },
    },
    {
      name: 'log to ATS',
      run: async () => {
        await panel.getByRole('button', { name: 'Log to ATS' }).click();
        const said = await shown(/^Logged 4 messages/);
        const { candidateId } = world;
        const view = await world.as(ana).api.thread.view.query({
          mailboxAddress: ana.address,
          providerThreadId: world.threadId(ana, 'jane'),
        });
        if (view.thread.state !== 'kept' || view.thread.messageCount !== 4)
          throw new Error('The record does not hold the thread.');
        if (!view.candidates.some((each) => each.candidateId === candidateId(jane.address)))
          throw new Error('It is filed on nobody.');
        return `${said} The record on the server holds it.`;
      },
    },
    {
      name: 'label as candidate',
      run: async () => {
        await panel.getByRole('button', { name: /Label as candidate/ }).click();
        const said = await shown(/^Labelled/);
        await mail.getByText('Candidate', { exact: true }).first().waitFor();
        return `${said} The label stands in the mailbox.`;
      },
    },
    {
      name: 'share with the team, and make it private again',
      run: async () => {
        const view = await world.as(ana).api.thread.view.query({
          mailboxAddress: ana.address,
          providerThreadId: world.threadId(ana, 'jane'),
        });
        if (view.thread.state !== 'kept') throw new Error('The thread is not kept.');
        const { threadId } = view.thread;
        const canMiaRead = async () =>
          world
            .as(mia)
            .api.thread.read.query({ threadId })
            .then(
              () => true,
              () => false,
            );
        const decide = async (name: 'Team' | 'Private', confirm: string) => {
          await panel.getByRole('button', { name: /can read this/ }).click();
          await panel.getByRole('button', { name: /^(Make private|Change)/ }).click();
          await panel.getByRole('radio', { name, exact: true }).check();
          const said = await panel
            .getByRole('dialog')
            .getByText(/will (no longer )?see/)
            .first()
            .innerText();
          await panel.getByRole('dialog').getByRole('button', { name: confirm }).click();
          await panel.getByRole('button', { name: /can read this/ }).click();
          return said;
        };
        const opening = await decide('Team', 'Open to the team');
        await panel.getByText(/Mia/).first().waitFor();
        if (!(await canMiaRead())) throw new Error('Mia can not read what was shared.');
        const closing = await decide('Private', 'Make private');
        await panel.getByText(/Mia/).first().waitFor({ state: 'detached' });
        if (await canMiaRead()) throw new Error('Mia reads what was made private.');
        return `Before the click it said “${opening}”, and so it was; then “${closing}”, and so it was.`;
      },
    },
    {
      name: 'somebody new',
      run: async () => {
        await browser.openThread(world.threadId(ana, 'noor'));
        await shown(/Noor Haddad|Nobody/);
        return `${noor.name} stands on no record; the panel offers to put them on one.`;
      },
    },
  ];
};
