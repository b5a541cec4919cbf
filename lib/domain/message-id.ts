/** A Message-ID without its brackets, domain part in lower case, made only by `normaliseMessageId`. */
export type NormalisedMessageId = string & { readonly __brand: 'NormalisedMessageId' };
