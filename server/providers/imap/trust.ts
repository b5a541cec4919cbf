/* Whose certificates are believed. */
import { createSecureContext, type SecureContext } from 'node:tls';

/** Made once and shared: each connection with a list of its own would hold all of it anew. */
export type Trust = SecureContext;

/** `certificates`: PEM, in place of those everybody trusts. */
export const trusting = (certificates: readonly string[]): Trust =>
  createSecureContext({ ca: [...certificates], minVersion: oldestTls });

export const oldestTls = 'TLSv1.2';
