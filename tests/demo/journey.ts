/* The main job, step by step, as the demo drives it where nobody can: each step does something and says what it saw. */
import { keptThread, look } from '../world/acts.ts';
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
  const openId = world.threadId(ana, 'jane');
  const shown = async (text: string | RegExp): Promise<string> => {
    const found = panel.getByText(text).first();
    await found.waitFor();
    return (await found.innerText()).replace(/\s+/g, ' ').trim();
  };
  const readers = panel.getByRole('button', { name: /can read this/ });

  /** Decides in the panel's own dialog, and gives back what it said before the click. */
  const decide = async (choice: 'Team' | 'Private', confirm: string): Promise<string> => {
    await readers.click();
    await panel.getByRole('button', { name: 'Make private' }).click();
    const dialog = panel.getByRole('dialog');
    await dialog.getByRole('radio', { name: choice, exact: true }).check();
    const said = await dialog
      .getByText(/will (no longer )?see/)
      .first()
      .innerText();
    await dialog.getByRole('button', { name: confirm }).click();
    await readers.click();
    return said;
  };

  return [
    {
      name: 'who is this',
      run: async () => {
        await browser.openThread(openId);
        await panel.getByRole('button', { name: 'Log to ATS' }).waitFor();
        return `beside the thread stands ${await shown(jane.name)}: ${await shown(jane.stage)}, ${jane.job}`;
      },
    },
    {
      name: 'what the team has said',
      run: async () => {
        const subject = await shown(/Coffee chat about Acme/);
        const hidden = await shown(/hidden from you/);
        return `Mia’s shared thread “${subject}” is in the history; “${hidden}”`;
      },
    },
    {
      name: 'log to ATS',
      run: async () => {
        await panel.getByRole('button', { name: 'Log to ATS' }).click();
        const said = await shown(/^Logged 4 messages/);
        const view = await look(world.as(ana), openId);
        const isFiled = view.candidates.some((each) => each.candidateId === world.candidateId(jane.address));
        if (keptThread(view).messageCount !== 4 || !isFiled) throw new Error('The record does not hold it.');
        return `“${said}” The server’s record holds it`;
      },
    },
    {
      name: 'label as candidate',
      run: async () => {
        await panel.getByRole('button', { name: /Label as candidate/ }).click();
        const said = await shown(/^Labelled/);
        await mail.getByText('Candidate', { exact: true }).first().waitFor();
        return `“${said}” The label stands in the mailbox`;
      },
    },
    {
      name: 'share with the team, then make private',
      run: async () => {
        const { threadId } = keptThread(await look(world.as(ana), openId));
        const canMiaRead = (): Promise<boolean> =>
          world
            .as(mia)
            .api.thread.read.query({ threadId })
            .then(
              () => true,
              () => false,
            );
        const opening = await decide('Team', 'Open to the team');
        await readers.filter({ hasText: 'Mia' }).waitFor();
        if (!(await canMiaRead())) throw new Error('Mia can not read what was shared.');
        const closing = await decide('Private', 'Make private');
        await readers.filter({ hasText: 'Mia' }).waitFor({ state: 'detached' });
        if (await canMiaRead()) throw new Error('Mia reads what was made private.');
        return `before the clicks it said “${opening}” and “${closing}”, and so it was`;
      },
    },
    {
      name: 'somebody new',
      run: async () => {
        await browser.openThread(world.threadId(ana, 'noor'));
        await shown(noor.name);
        return `${noor.name} stands on no record; the panel offers to put them on one`;
      },
    },
  ];
};
