/* A program: sends one message as the worker does, and ends; or is killed on the way. */
import type { z } from 'zod';
import { ActionKey } from '../../lib/contract/ids.ts';
import { systemClock } from '../../server/base/clock.ts';
import { deliverOutgoing } from '../../server/services/sending/deliver.ts';
import { WorkerAt, workAt } from './worker-process.ts';

const At = WorkerAt.extend({ outgoingId: ActionKey });
export type At = z.infer<typeof At>;

const at = At.parse(JSON.parse(process.argv[2] ?? ''));
await workAt(at, systemClock, (services) => deliverOutgoing(services, at, AbortSignal.timeout(120_000)));
