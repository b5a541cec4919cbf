import {
  AppWindow,
  Check,
  Clock,
  Eye,
  Keyboard,
  Lock,
  RefreshCw,
  Split,
  Tag,
  Trash2,
  UserPlus,
} from 'lucide-react';
import type { Ref } from 'react';
import { useLive } from '../../lib/client/live.ts';
import type { Stance, ThreadView } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { shortName } from '../words/people-words.ts';
import { dayWords } from '../words/when.ts';
import { type Part, partsOf } from './parts.ts';
import { type Standing, stanceOf } from './standing.ts';

/** What can be done to the open thread now: one primary act or what became of it, the label, and the rest in a menu. */
export const ThreadActions = ({
  view,
  standing,
  now,
  isFormOpen,
  logRef,
  onLog,
  onLogOther,
  onLabel,
  onPrivacy,
  onRefile,
  onRemove,
  onOpenApp,
  onHelp,
}: {
  view: ThreadView;
  standing: Standing;
  now: number;
  isFormOpen: boolean;
  logRef: Ref<HTMLButtonElement>;
  onLog: () => void;
  /** Opens the form even where it is clear whom to file on. */
  onLogOther: () => void;
  onLabel: () => void;
  onPrivacy: (part: Part, stance: Stance) => void;
  onRefile: (part: Part) => void;
  onRemove: () => void;
  onOpenApp: () => void;
  onHelp: () => void;
}) => {
  const live = useLive();
  const parts = partsOf(view);
  const isSplit = parts.length > 1;
  const items: MenuItem[] = [
    ...parts.flatMap((part, at) =>
      // The key is for the first; the others are a step away.
      privacyItems(part, standing, onPrivacy).map((item) => (at === 0 ? { ...item, shortcut: 'P' } : item)),
    ),
    {
      name: isSplit ? 'Log all parts on somebody else…' : 'Log on somebody else…',
      icon: <UserPlus size={16} aria-hidden="true" />,
      onChoose: onLogOther,
    },
    ...parts.flatMap((part) => refileItems(part, standing, onRefile)),
    ...removeItems(standing, onRemove),
    { name: 'Look again', icon: <RefreshCw size={16} aria-hidden="true" />, onChoose: live.refresh },
    {
      name: 'Open Candor',
      icon: <AppWindow size={16} aria-hidden="true" />,
      onChoose: onOpenApp,
    },
    { name: 'Keyboard', icon: <Keyboard size={16} aria-hidden="true" />, shortcut: '?', onChoose: onHelp },
  ];
  return (
    <div className="actions">
      <LogButton
        standing={standing}
        now={now}
        name={isSplit ? 'Log all parts to ATS' : 'Log to ATS'}
        look={isFormOpen || view.mailbox.state === 'needs-reconnect' ? 'quiet' : 'primary'}
        logRef={logRef}
        onLog={onLog}
      />
      <Button
        aria-pressed={standing.label.on}
        title={`The label “${view.labelName}”: with it, new mail on this thread is kept.`}
        icon={
          standing.label.on ? <Check size={16} aria-hidden="true" /> : <Tag size={16} aria-hidden="true" />
        }
        onClick={onLabel}
      >
        Label as candidate
      </Button>
      <Menu name="More for this thread" items={items} />
    </div>
  );
};

const LogButton = ({
  name,
  standing,
  now,
  look,
  logRef,
  onLog,
}: {
  name: string;
  standing: Standing;
  now: number;
  /** One primary button at a time: another way on may stand out more. */
  look: 'primary' | 'quiet';
  logRef: Ref<HTMLButtonElement>;
  onLog: () => void;
}) => {
  if (standing.log.state === 'logged') {
    const { by, at } = standing.log.logged;
    return (
      <p className="done">
        <Check size={16} aria-hidden="true" />
        <span>
          Logged by {by.isYou ? 'you' : shortName(by, [])} · {dayWords(at, now)}
        </span>
      </p>
    );
  }
  if (standing.log.state === 'under-way') {
    return (
      <p className="done">
        <Clock size={16} aria-hidden="true" />
        <span>{standing.log.how === 'sending' ? 'Logging…' : 'Waits to be logged'}</span>
      </p>
    );
  }
  return (
    <Button look={look} ref={logRef} onClick={onLog} aria-keyshortcuts="l">
      {name}
    </Button>
  );
};

/** Only what a mailbox of the person's own holds can be moved or split by them. */
const refileItems = (part: Part, standing: Standing, onRefile: (part: Part) => void): MenuItem[] =>
  part.thread.stance === undefined ||
  standing.underWay.some(
    ({ action }) =>
      (action.kind === 'move' || action.kind === 'split') && action.threadId === part.thread.threadId,
  )
    ? []
    : [
        {
          name:
            part.heading === undefined
              ? 'Wrong candidate? Move or split…'
              : `Wrong candidate? Move or split ${part.called}…`,
          icon: <Split size={16} aria-hidden="true" />,
          onChoose: () => onRefile(part),
        },
      ];

/** Only what a mailbox of the person's own holds can be removed by them. */
const removeItems = (standing: Standing, onRemove: () => void): MenuItem[] =>
  standing.stance.is === undefined || standing.underWay.some(({ action }) => action.kind === 'remove')
    ? []
    : [
        {
          name: 'Remove from Candor…',
          icon: <Trash2 size={16} aria-hidden="true" />,
          onChoose: onRemove,
        },
      ];

const privacyItems = (
  part: Part,
  standing: Standing,
  onPrivacy: (part: Part, stance: Stance) => void,
): MenuItem[] => {
  const { is } = stanceOf(part.thread, standing.underWay);
  if (is === undefined) return [];
  const called = part.heading === undefined ? '' : `${part.called} `;
  return is === 'private'
    ? [
        {
          name: part.heading === undefined ? 'Open to the team…' : `Open ${part.called} to the team…`,
          icon: <Eye size={16} aria-hidden="true" />,
          onChoose: () => onPrivacy(part, 'shared'),
        },
      ]
    : [
        {
          name: `Make ${called}private…`,
          icon: <Lock size={16} aria-hidden="true" />,
          onChoose: () => onPrivacy(part, 'private'),
        },
      ];
};
