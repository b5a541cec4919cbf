import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { UnreadableMessage } from '../../lib/contract/guard.ts';
import { Button } from '../ui/button.tsx';
import { counted } from '../words/people-words.ts';
import { agoWords, fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { saveFile } from './save-file.ts';

/** Messages that could not be read: as they came, as a file, or another try. */
export const Unreadable = ({
  messages,
  now,
  onChange,
}: {
  messages: readonly UnreadableMessage[];
  now: number;
  onChange: (left: readonly UnreadableMessage[]) => void;
}) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const download = ({ mailboxId, providerMessageId }: UnreadableMessage): void =>
    run(async () => {
      const { base64 } = await live.readRaw({ mailboxId, providerMessageId });
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      saveFile('message.eml', 'message/rfc822', [bytes]);
    });
  return (
    <section className="stack" aria-label="Could not be read">
      <h2 className="strong">
        {messages.length === 0 ? 'All were read' : `${counted(messages.length, 'message')} could not be read`}
      </h2>
      <p className="muted">
        They are in your mailbox as they were, and on no record. Candor goes on with the rest of your mail.
      </p>
      {failedWhy === undefined ? null : (
        <p role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).safe} {whyWords(failedWhy).next}
        </p>
      )}
      <ul className="entries">
        {messages.map((message) => (
          <li key={`${message.mailboxId} ${message.providerMessageId}`} className="question">
            <div className="grow">
              <p className="small muted">
                in {message.address} ·{' '}
                <time dateTime={message.since} title={fullWords(message.since)}>
                  {agoWords(message.since, now)}
                </time>
              </p>
              <div className="button-row">
                <Button isDisabled={isBusy} onClick={() => download(message)}>
                  Download it as it came
                </Button>
                <Button
                  isDisabled={isBusy}
                  onClick={() => run(async () => onChange(await live.retryUnreadable(message)))}
                >
                  Try again
                </Button>
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
};
