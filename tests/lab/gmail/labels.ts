/* Labels of one mailbox: Gmail's own, and those the person made. */
import { ApiRefusal, invalid, notFound } from './errors.ts';

export type Label = {
  readonly id: string;
  readonly name: string;
  readonly type: 'system' | 'user';
  readonly messageListVisibility?: string;
  readonly labelListVisibility?: string;
  readonly color?: { readonly textColor: string; readonly backgroundColor: string };
};
export type LabelChange = Partial<
  Pick<Label, 'name' | 'messageListVisibility' | 'labelListVisibility' | 'color'>
>;

export type Labels = {
  readonly list: () => readonly Label[];
  /** Throws: 400 for an id that no label has. */
  readonly require: (id: string) => Label;
  /** Throws: 400 besides, for what only Gmail itself puts on a message. */
  readonly requireSettable: (id: string) => Label;
  /** Throws: 404 for an id that no label has. */
  readonly find: (id: string) => Label;
  /** Throws: 400 for a name Gmail does not take, 409 for one that is taken. */
  readonly create: (change: LabelChange) => Label;
  readonly patch: (id: string, change: LabelChange) => Label;
  readonly remove: (id: string) => void;
};

/** Source: Gmail API guide "Manage labels", read 2026-11. */
const systemLabels = [
  ...['INBOX', 'SPAM', 'TRASH', 'UNREAD', 'STARRED', 'IMPORTANT', 'SENT', 'DRAFT', 'CHAT'],
  ...['PERSONAL', 'SOCIAL', 'PROMOTIONS', 'UPDATES', 'FORUMS'].map((name) => `CATEGORY_${name}`),
];
const onlyGmailSets = new Set(['SENT', 'DRAFT', 'CHAT']);
const longestName = 225;

export const createLabels = (): Labels => {
  const byId = new Map<string, Label>(systemLabels.map((id) => [id, { id, name: id, type: 'system' }]));
  let serial = 0;

  const requireFreeName = (name: string, butFor?: string) => {
    const isTaken = [...byId.values()].some(
      (label) => label.id !== butFor && label.name.toLowerCase() === name.toLowerCase(),
    );
    if (name.trim() === '' || name.length > longestName) throw invalid('Invalid label name');
    if (isTaken && systemLabels.includes(name.toUpperCase())) throw invalid('Invalid label name');
    if (isTaken) throw new ApiRefusal(409, 'aborted', 'Label name exists or conflicts');
  };

  const requireLabel = (id: string): Label => {
    const label = byId.get(id);
    if (label === undefined) throw invalid(`Invalid label: ${id}`);
    return label;
  };

  const find = (id: string): Label => {
    const label = byId.get(id);
    if (label === undefined) throw notFound();
    return label;
  };

  const requireOwn = (id: string): Label => {
    const label = find(id);
    if (label.type === 'system') throw invalid('Invalid update to system label');
    return label;
  };

  return {
    list: () => [...byId.values()],
    require: requireLabel,
    requireSettable: (id) => {
      if (onlyGmailSets.has(id)) throw invalid(`Cannot modify label: ${id}`);
      return requireLabel(id);
    },
    find,
    create: (change) => {
      const name = change.name ?? '';
      requireFreeName(name);
      serial += 1;
      const label: Label = {
        messageListVisibility: 'show',
        labelListVisibility: 'labelShow',
        ...change,
        id: `Label_${serial}`,
        name,
        type: 'user',
      };
      byId.set(label.id, label);
      return label;
    },
    patch: (id, change) => {
      const label = requireOwn(id);
      if (change.name !== undefined) requireFreeName(change.name, id);
      const patched: Label = { ...label, ...change };
      byId.set(id, patched);
      return patched;
    },
    remove: (id) => {
      requireOwn(id);
      byId.delete(id);
    },
  };
};
