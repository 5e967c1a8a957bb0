// One error class for everything that the backend clients throw or reject with.

/** An alias that another person has already. */
export interface AliasConflict {
  value: string;
  person_id: string;
}

/** A failure, as the module reports it. */
export interface Failure {
  code: string;
  message: string;
  status?: number | null;
  field?: string | null;
  documented: boolean;
  retryable: boolean;
  retryAfterMs?: number | null;
  conflicts?: AliasConflict[];
}

/**
 * An error with a stable `code`. `message` is the documented text where there is one; it names no person and no secret.
 */
export class BackendError extends Error {
  override readonly name = "BackendError";
  readonly code: string;
  /** The HTTP status, where there was a reply. */
  readonly status: number | null;
  /** The option or the field at fault, where it is known. */
  readonly field: string | null;
  /** Whether this is a refusal that the document lists, in its words. */
  readonly documented: boolean;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** With *Alias already exists*: the values that are taken, and by whom. */
  readonly conflicts: readonly AliasConflict[];

  constructor(failure: Failure, options: { cause?: unknown } = {}) {
    super(failure.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = failure.code;
    this.status = failure.status ?? null;
    this.field = failure.field ?? null;
    this.documented = failure.documented;
    this.retryable = failure.retryable;
    this.retryAfterMs = failure.retryAfterMs ?? null;
    this.conflicts = failure.conflicts ?? [];
  }
}

/** The error for something that the module threw: a failure as JSON, or a fault of its own. */
export function fromModule(thrown: unknown): BackendError {
  if (typeof thrown === "string") return new BackendError(JSON.parse(thrown) as Failure);
  const failure = {
    code: "module_failed",
    message: "the WebAssembly module failed",
    documented: false,
    retryable: false,
  };
  return new BackendError(failure, { cause: thrown });
}
