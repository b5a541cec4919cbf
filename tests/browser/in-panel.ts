/* Where things stand in the panel beside the open thread, as a person finds them. */
import type { Locator } from '@playwright/test';
import type { PersonsBrowser } from '../world/browser.ts';

type Panel = Pick<PersonsBrowser, 'panel'>;

export const region = ({ panel }: Panel, name: string): Locator => panel.getByRole('region', { name });

/** One line of what the person did: done, under way, waiting or refused. */
export const didLine = ({ panel }: Panel, words: string | RegExp): Locator =>
  panel.getByRole('list', { name: 'What you did' }).getByRole('listitem').filter({ hasText: words });

export const logButton = ({ panel }: Panel): Locator => panel.getByRole('button', { name: 'Log to ATS' });

export const labelButton = ({ panel }: Panel): Locator =>
  panel.getByRole('button', { name: 'Label as candidate' });

export const foot = ({ panel }: Panel): Locator => panel.getByRole('contentinfo');
