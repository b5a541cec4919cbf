import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** The panel's keys. */
export const HelpSheet = ({ onClose }: { onClose: () => void }) => (
  <Dialog title="Keyboard" onClose={onClose}>
    <dl className="keys">
      {keys.map(({ key, does }) => (
        <div key={key} className="keys-row">
          <dt>
            <kbd className="key">{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
    <p className="small muted">
      Alt Shift C opens the panel from the mail. Keys count only while the panel is focused.
    </p>
    <div className="dialog-actions">
      <Button look="primary" onClick={onClose}>
        Close
      </Button>
    </div>
  </Dialog>
);

const keys: readonly { key: string; does: string }[] = [
  { key: 'L', does: 'Log to ATS' },
  { key: 'B', does: 'Label as candidate, or take the label off' },
  { key: 'P', does: 'Choose who can read this thread' },
  { key: 'R', does: 'Reply' },
  { key: '/', does: 'Search the history' },
  { key: '?', does: 'Show these keys' },
  { key: 'Esc', does: 'Back to the mail' },
];
