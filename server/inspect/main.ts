/* The inspector as a program: JSON on standard output, or one sentence on standard error and exit code 1. */
import { inspect } from './inspect.ts';
import { Unreadable } from './read-file.ts';

try {
  process.stdout.write(await inspect(process.argv.slice(2)));
} catch (thrown) {
  if (!(thrown instanceof Unreadable)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
