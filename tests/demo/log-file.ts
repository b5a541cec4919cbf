import { pino } from 'pino';

/** Where the demo's server writes its log, so that the terminal stays readable. */
export const logFile = (path: string) => pino.destination({ dest: path, sync: true });
