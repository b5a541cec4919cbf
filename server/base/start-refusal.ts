/** Why Candor does not start: one sentence for whoever runs it, saying what to change. Holds no secret. */
export class StartRefusal extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'StartRefusal';
  }
}
