import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';

/** What a colleague has to do to connect their mailbox, to be sent to them. Words only: it gives nobody access to anything. */
export const ConnectInstructions = ({ serverAddress }: { serverAddress: string }) => {
  const id = useId();
  const [said, setSaid] = useState('');
  const text = instructions(serverAddress);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied.'),
      () => setSaid('This browser did not let Candor copy. Select the text and copy it by hand.'),
    );
  };
  return (
    <section className="stack" aria-labelledby={`${id}-title`}>
      <h2 className="strong" id={`${id}-title`}>
        Ask a colleague to connect their mailbox
      </h2>
      <p className="muted">Only they can do it. Send them these instructions; they give access to nothing.</p>
      <textarea
        className="input"
        readOnly
        rows={8}
        aria-label="Instructions for a colleague"
        value={text}
        onFocus={(event) => event.target.select()}
      />
      <Button onClick={copy}>Copy</Button>
      <p className="small muted" role="status">
        {said}
      </p>
    </section>
  );
};

const instructions = (serverAddress: string): string =>
  `To connect your mailbox to Candor:
1. Open Candor in your browser. The server address is ${serverAddress}.
2. Sign in. If you have no account yet, ask me for an invitation.
3. Under “My mailboxes”, enter your address and press “Continue”.
4. Tick “Mail”, and say yes where your mail provider asks you.
Candor keeps only mail with candidates. Nobody can connect your mailbox but you, and you can turn it off at any time.`;
