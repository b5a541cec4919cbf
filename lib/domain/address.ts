/** An e-mail address as `local@domain`, domain in lower-case, made only by `parseAddress`. Compare folded. */
export type Address = string & { readonly __brand: 'Address' };
