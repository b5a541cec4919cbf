import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useErrand } from '../../lib/client/asking.ts';
import { useLive } from '../../lib/client/live.ts';
import type { CandidateCard, VouchedAddress } from '../../lib/contract/candidate.ts';
import { Button } from '../ui/button.tsx';
import { listed, shortName } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { whyWords } from '../words/why-words.ts';

/** What a person knows of each address on a record: that it is the candidate's own, and that they agreed to be found by it. */
export const VouchForm = ({ card, onClose }: { card: CandidateCard; onClose: () => void }) => {
  const live = useLive();
  const { isBusy, failedWhy, run } = useErrand();
  const form = useRef<HTMLFormElement>(null);
  const [first] = useState(() => card.addresses.map((address) => toTicks(address, card)));
  const [ticks, setTicks] = useState(first);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [before]);
  const put = (address: string, what: Partial<Ticks>): void =>
    setTicks(ticks.map((each) => (each.address === address ? { ...each, ...what } : each)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    run(async () => {
      for (const [at, each] of ticks.entries())
        if (each.isVerified !== first[at]?.isVerified || each.hasConsent !== first[at]?.hasConsent)
          await live.vouchAddress({ candidateId: card.candidateId, ...each });
      live.refresh();
      onClose();
    });
  };
  return (
    <form
      className="fields"
      ref={form}
      aria-label={`Addresses of ${card.name}`}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {ticks.map(({ address, isVerified, hasConsent }) => (
        <fieldset key={address} className="rows">
          <legend className="strong any-break">{address}</legend>
          <label className="choice">
            <input
              type="checkbox"
              checked={isVerified}
              onChange={(event) => put(address, { isVerified: event.target.checked })}
            />
            It is the candidate’s own
          </label>
          <label className="choice">
            <input
              type="checkbox"
              checked={hasConsent}
              onChange={(event) => put(address, { hasConsent: event.target.checked })}
            />
            They agreed to be found by it
          </label>
        </fieldset>
      ))}
      <p className="small muted">Your name and the day stay beside what you tick.</p>
      <div className="form-actions">
        <Button look="primary" type="submit" isDisabled={isBusy}>
          Save
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      {failedWhy === undefined ? null : (
        <p className="small field-error" role="alert">
          {whyWords(failedWhy).happened} {whyWords(failedWhy).next}
        </p>
      )}
    </form>
  );
};

/** One line an address that something was said of. */
export const VouchedLines = ({ card, now }: { card: CandidateCard; now: number }) => (
  <>
    {(card.vouched ?? []).map(({ address, verified, consent }) => (
      <p key={address} className="small muted any-break">
        {address}:{' '}
        {listed([
          ...(verified === undefined ? [] : [`verified${saidBy(verified, now)}`]),
          ...(consent === undefined ? [] : [`agreed to be found by it${saidBy(consent, now)}`]),
        ])}
      </p>
    ))}
  </>
);

type Ticks = { readonly address: string; readonly isVerified: boolean; readonly hasConsent: boolean };
const toTicks = (address: string, card: CandidateCard): Ticks => {
  const said = card.vouched?.find((each) => each.address === address);
  return { address, isVerified: said?.verified !== undefined, hasConsent: said?.consent !== undefined };
};

const saidBy = ({ by, at }: NonNullable<VouchedAddress['verified']>, now: number): string =>
  ` (${by === undefined ? 'a former colleague' : by.isYou ? 'you' : shortName(by, [])}, ${dayWords(at, now)})`;
