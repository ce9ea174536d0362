// A no that asking again does not change.

export class JoinRefusal extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JoinRefusal';
    this.remedy = remedy;
  }
}
