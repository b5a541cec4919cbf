import { useEffect, useRef } from 'react';

export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>;

/** Single keys of the panel's document. Nothing while one types, chooses from a menu or has a dialog open. */
export const useShortcuts = (shortcuts: Shortcuts): void => {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const act = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act === undefined || isElsewhere(event)) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
};

/** Hands the keyboard back to the mail page around the panel. */
export const leaveToMail = (): void => {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  window.parent.focus();
};

const isElsewhere = (event: KeyboardEvent): boolean => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (document.querySelector('dialog[open]') !== null) return true;
  // In a field that holds something, Escape first empties it; in an empty one it leads out, as everywhere.
  if (event.key === 'Escape' && at instanceof HTMLInputElement && at.value === '') return false;
  return (
    at.closest(
      'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu]',
    ) !== null
  );
};
