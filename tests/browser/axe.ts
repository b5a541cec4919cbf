/* What axe finds wrong in a page, or in one frame of it. */
import type { Frame, Page } from '@playwright/test';
import axe from 'axe-core';

export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

/** Each rule that is broken, with the elements that break it. In the dark only colours are looked at: nothing else differs. */
export const wrongIn = async (frame: Page | Frame, scheme: Scheme): Promise<[string, string[]][]> => {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(axe.source);
  return frame.evaluate(async (rules) => {
    const { passes, violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      // What stands in a frame is looked through on its own, or is a sender's mail; and axe would wait for ever on one that
      // may run no script.
      iframes: false,
      ...(rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } }),
    });
    if (rules === undefined && passes.length === 0) throw new Error('axe found nothing here to look at.');
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }, rulesFor[scheme]);
};

const rulesFor: Readonly<Record<Scheme, string[] | undefined>> = {
  light: undefined,
  dark: ['color-contrast'],
};
