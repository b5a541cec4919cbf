import { v7 } from 'uuid';

/** A new id that sorts behind all that this process made before it. Shape: UUID version 7. Source: RFC 9562 sec. 5.7 */
export const newOrderedId = (): string => v7();
