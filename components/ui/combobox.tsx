import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { Field } from './field.tsx';

export type ComboboxOption = { readonly id: string; readonly name: string; readonly row: ReactNode };

/** A text field that suggests while one types (ARIA 1.2 combobox with a list box). The list stands beneath it in the flow. */
export const Combobox = ({
  label,
  hint,
  text,
  options,
  said,
  onText,
  onChoose,
}: {
  label: string;
  hint?: string;
  text: string;
  options: readonly ComboboxOption[];
  /** How the search stands, in words: shown beneath the field and read aloud. */
  said: string;
  onText: (text: string) => void;
  onChoose: (id: string) => void;
}) => {
  const listId = useId();
  const [activeAt, setActiveAt] = useState(-1);
  const active = options[activeAt];

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new set of options begins with none chosen
  useEffect(() => setActiveAt(-1), [options]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const to = nextAt(event.key, activeAt, options.length);
    if (to !== undefined) setActiveAt(to);
    else if (event.key === 'Enter' && active !== undefined) onChoose(active.id);
    else if (event.key === 'Escape' && text !== '') onText('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div>
      <Field label={label} {...(hint === undefined ? {} : { hint })}>
        {(parts) => (
          <input
            {...parts}
            className="input"
            role="combobox"
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-autocomplete="list"
            aria-expanded={options.length > 0}
            aria-controls={listId}
            aria-activedescendant={active === undefined ? undefined : `${listId}-${active.id}`}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <div id={listId} role="listbox" aria-label={label} className="options" hidden={options.length === 0}>
        {options.map((option, at) => (
          // The keyboard's way is the text field's; a list box option takes no focus of its own.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={option.id}
            id={`${listId}-${option.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === activeAt}
            className="option"
            onClick={() => onChoose(option.id)}
          >
            {option.row}
          </div>
        ))}
      </div>
      <p className="small muted" role="status">
        {said}
      </p>
    </div>
  );
};

const nextAt = (key: string, at: number, count: number): number | undefined => {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return at <= 0 ? count - 1 : at - 1;
  return undefined;
};
