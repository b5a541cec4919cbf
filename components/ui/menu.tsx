import { Ellipsis } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Button } from './button.tsx';

export type MenuItem = {
  readonly name: string;
  readonly icon: ReactNode;
  /** Shown beside the name; the key itself is handled elsewhere. */
  readonly shortcut?: string;
  readonly isDisabled?: boolean;
  readonly onChoose: () => void;
};

/** A button that opens a native popover with a menu in it: arrow keys, Home, End and type-ahead. */
export const Menu = ({ name, items }: { name: string; items: readonly MenuItem[] }) => {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);

  const entries = (): HTMLElement[] => [
    ...(popover.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
  ];

  const place = (): void => {
    const from = button.current?.getBoundingClientRect();
    const box = popover.current;
    if (from === undefined || box === null) return;
    const isBelow =
      from.bottom + box.offsetHeight + gapPx <= window.innerHeight || from.top < box.offsetHeight;
    box.style.top = `${isBelow ? from.bottom + gapPx : from.top - box.offsetHeight - gapPx}px`;
    box.style.left = `${Math.max(gapPx, from.right - box.offsetWidth)}px`;
  };

  const move = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.findIndex((entry) => entry.matches(':focus'));
    const next = entryFor(event.key, all, at);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <>
      <Button
        look="icon"
        ref={button}
        aria-haspopup="menu"
        popoverTarget={id}
        icon={<Ellipsis size={16} aria-hidden="true" />}
      >
        <span className="unseen">{name}</span>
      </Button>
      <div
        className="menu"
        popover="auto"
        role="menu"
        aria-label={name}
        tabIndex={-1}
        id={id}
        ref={popover}
        onKeyDown={move}
        onToggle={(event) => {
          if (event.newState !== 'open') return;
          place();
          entries()[0]?.focus();
        }}
      >
        {items.map((item) => (
          <button
            key={item.name}
            type="button"
            className="menu-item"
            role="menuitem"
            tabIndex={-1}
            aria-disabled={item.isDisabled || undefined}
            onClick={() => {
              if (item.isDisabled) return;
              popover.current?.hidePopover();
              button.current?.focus();
              item.onChoose();
            }}
          >
            {item.icon}
            <span>{item.name}</span>
            {item.shortcut === undefined ? null : (
              <span className="key" aria-hidden="true">
                {item.shortcut}
              </span>
            )}
          </button>
        ))}
      </div>
    </>
  );
};

const gapPx = 4;

const entryFor = (key: string, all: readonly HTMLElement[], at: number): HTMLElement | undefined => {
  if (key === 'ArrowDown') return all[(at + 1) % all.length];
  if (key === 'ArrowUp') return all[(at - 1 + all.length) % all.length];
  if (key === 'Home') return all[0];
  if (key === 'End') return all[all.length - 1];
  if (key.length !== 1) return undefined;
  const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return turned.find((entry) => entry.textContent?.toLowerCase().startsWith(key.toLowerCase()));
};
