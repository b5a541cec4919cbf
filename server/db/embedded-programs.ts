/* Runs PostgreSQL's programs, apart from our own process and with nothing of its environment. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Place, PORT } from './embedded-place.ts';

/**
 * What it logs never quotes data: no statements, no parameters, and no ERROR lines, because those quote values
 * ("invalid input syntax for type uuid: …", "Key (address)=(…) already exists").
 */
export const settings = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '80',
  shared_buffers: '64MB',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

export const runProgram = (place: Place, name: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    spawnProgram(place, name, args)
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? -1));
  });

export const spawnProgram = (place: Place, name: string, args: readonly string[]) => {
  const { database } = place.user;
  const logFile = openSync(place.logFile, 'a', 0o600);
  try {
    return spawn(join(place.programs, 'bin', name), args, {
      ...(database === undefined ? {} : { uid: database.uid, gid: database.gid }),
      cwd: dirname(place.cluster),
      // Nothing of ours is handed on, least of all the master key.
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      // A file outlives Node, a pipe does not; apart from our terminal, Ctrl-C reaches Candor first, which then stops it.
      stdio: ['ignore', logFile, logFile],
      detached: true,
    });
  } finally {
    closeSync(logFile);
  }
};
