/* Certificates of what was erased: to save, and to find by an address. */
import { FileDown } from 'lucide-react';
import { type FormEvent, useCallback, useState } from 'react';
import { useAnswer, useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { ErasureRow } from '../../lib/contract/erasure.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { erasureWords } from '../words/erasure-words.ts';
import { fullWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';
import { FailedNotice } from './failed-notice.tsx';
import { saveFile } from './save-file.ts';

/** For admins. */
export const Erasures = () => {
  const live = useLive();
  const [text, setText] = useState('');
  const [address, setAddress] = useState<string>();
  const { answer } = useAnswer(useCallback(() => live.erasures(address), [live, address]));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAddress(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <section className="stack" aria-label="Erased candidates">
      <h2 className="strong">Erased candidates</h2>
      <p className="muted">
        Candor does not know any more who they were. Give an address, and it can tell whether somebody with it
        was erased.
      </p>
      <form className="entry-form" aria-label="Find an erasure" onSubmit={submit}>
        <Field label="Was somebody with this address erased?">
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="text"
              inputMode="email"
              name="erased-address"
              autoComplete="off"
              maxLength={320}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit">Look it up</Button>
      </form>
      {answer.state === 'asking' ? <Skeleton name="Looking up erasures" widths={['60%']} /> : null}
      {answer.state === 'failed' ? <FailedNotice why={answer.why} /> : null}
      <div role="status">
        {answer.state === 'here' && answer.value.length === 0 ? (
          <p>{address === undefined ? 'Nobody was erased yet.' : `Nobody with ${address} was erased.`}</p>
        ) : null}
      </div>
      {answer.state === 'here' && answer.value.length > 0 ? (
        <ul className="entries">
          {answer.value.map((erasure) => (
            <li key={erasure.erasureId} className="question">
              <p className="grow" title={fullWords(erasure.at)}>
                {erasureWords(erasure, live.now())}
              </p>
              <Certificate erasure={erasure} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
};

/** Right after it was done, while it is still known who it was. */
export const ErasedNotice = ({ name, erasure }: { name: string; erasure: ErasureRow }) => (
  <div role="status">
    <Notice title={`${name} is erased.`} actions={<Certificate erasure={erasure} />}>
      <p>
        Save the certificate for whoever asked. It names nobody: write down yourself whose it is, if you have
        to know.
      </p>
    </Notice>
  </div>
);

const Certificate = ({ erasure }: { erasure: ErasureRow }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const save = (mediaType: string): void =>
    run(async () => {
      const files = await live.erasureCertificate(erasure.erasureId);
      for (const file of files) if (file.mediaType === mediaType) saveFile(file.name, mediaType, [file.text]);
    });
  return (
    <div>
      <div className="button-row">
        <Button
          isDisabled={isBusy}
          icon={<FileDown size={16} aria-hidden="true" />}
          onClick={() => save('text/html')}
        >
          Certificate
        </Button>
        <Button isDisabled={isBusy} onClick={() => save('application/json')}>
          <span className="unseen">Certificate as </span>JSON
        </Button>
      </div>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </div>
  );
};
