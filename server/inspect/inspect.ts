/*
 * Shows what Candor makes of mail that lies in files, with the very rules it works by: for support, and for whoever wants to
 * check. Reads, prints JSON, and keeps nothing; speaks to no mailbox and no database.
 */
import { parseArgs } from 'node:util';
import { Unreadable } from './read-file.ts';
import { showInterest } from './show-interest.ts';
import { showMessage } from './show-message.ts';
import { showThreads } from './show-threads.ts';

/** What the program prints when it is called so. Throws: Unreadable, with the one sentence to say instead. */
export const inspect = async (args: readonly string[]): Promise<string> => {
  const { values, positionals } = readOptions(args);
  if (values.help === true) return help;
  const [verb, path, ...more] = positionals;
  if (verb === undefined || path === undefined || more.length > 0)
    throw new Unreadable('Say what to show and of which file; --help lists it.');
  return `${JSON.stringify(await show(verb, path, values.policy), undefined, 2)}\n`;
};

const show = async (verb: string, path: string, policy: string | undefined): Promise<unknown> => {
  if (verb === 'threads') return showThreads(path);
  if (verb === 'parse') return showMessage(path);
  // Loaded when it is asked for: what stands in for a browser takes its time and memory.
  if (verb === 'html') return (await import('./show-html.ts')).showHtml(path);
  if (verb !== 'interest') throw new Unreadable(`There is no "${verb}" to show; --help lists what there is.`);
  if (policy === undefined) throw new Unreadable('Say by which policy: --policy FILE.');
  return showInterest(path, policy);
};

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { policy: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new Unreadable(thrown.message.replace(/\s*\n\s*/g, ' '), thrown);
  }
};

const help = `Usage:
  npm run -s inspect -- threads FOLDER|MBOX            messages joined into threads
  npm run -s inspect -- parse FILE                     the message Candor makes of a file
  npm run -s inspect -- html FILE                      its HTML, cleaned; FILE may be .html too
  npm run -s inspect -- interest FILE --policy POLICY  whether it would be kept, and why

Prints JSON on standard output. What can't be read is said in one sentence on standard error, with exit code 1.

threads   prints a list of threads, each a list of Message-IDs without brackets in the order they were found. A message
          without an id that can be read stands as "file:PATH" or "mbox:OFFSET". FOLDER is a Maildir or any folder of files.
interest  POLICY is a JSON file; every field may be left out:
            rulesOn             any of "ancestry", "candidate-address", "verified-address", "label"; a list of some of
                                them in place of one means that they must all hold (all but "verified-address")
            ownDomains          the company's domains
            blocked             addresses, and domains as "@example.com"
            windowFrom          the time before which mail is not imported, as 2026-01-31T00:00:00Z
            candidateAddresses, verifiedAddresses, colleagueAddresses, sharedAddresses
            keptIds             Message-IDs that are kept already
            automaticMail       "drop" or "mark" ("drop")
            act                 "logged" or "asked": what a person did by hand
            place               where the mailbox holds it: isDraft, isSpam, isTrash, isLabelled (all false)
`;
