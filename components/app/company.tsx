import { ConnectSettings } from './connect-policy-form.tsx';
import { DeletionSettings } from './deletion-policy-form.tsx';
import { KeepSettings } from './keep-policy-form.tsx';
import { NoticeMailLine } from './notice-mail-line.tsx';
import { OverrideSettings } from './override-settings.tsx';
import { RetentionSettings } from './retention-policy-form.tsx';
import { TroubledMailboxes } from './troubled-mailboxes.tsx';
import { VisibilitySettings } from './visibility-settings.tsx';

/** For admins: what holds for the whole company, and which mailboxes need somebody. */
export const Company = () => (
  <>
    <h1 className="title">Company</h1>
    <TroubledMailboxes />
    <NoticeMailLine />
    <VisibilitySettings />
    <ConnectSettings />
    <KeepSettings />
    <RetentionSettings />
    <DeletionSettings />
    <OverrideSettings />
  </>
);
