import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

export type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> & {
  readonly look?: 'primary' | 'quiet' | 'plain' | 'danger' | 'link' | 'icon';
  /** Stays focusable, says so, and does nothing. */
  readonly isDisabled?: boolean;
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
};

export const Button = ({
  look = 'quiet',
  isDisabled = false,
  icon,
  onClick,
  children,
  ...rest
}: ButtonProps) => (
  <button
    type="button"
    {...rest}
    className="button"
    data-look={look}
    aria-disabled={isDisabled || undefined}
    onClick={(event) => {
      if (isDisabled) event.preventDefault();
      else onClick?.(event);
    }}
  >
    {icon}
    {children}
  </button>
);
