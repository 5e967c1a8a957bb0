// The error class of this package, and its form between worker and page.

import { API_CODES, CORE_CODES, FLOW_CODES, PACKAGE_CODES } from "./codes.js";
import type { ErrorCode, Recovery } from "./codes.js";

const KNOWN: ReadonlySet<string> = new Set([...FLOW_CODES, ...API_CODES, ...CORE_CODES, ...PACKAGE_CODES]);

/** Failures of the start that another try may mend. */
export const START_FAILURES: ReadonlySet<ErrorCode> = new Set(["worker_failed", "asset_unreachable", "asset_invalid"]);

/** Failures after which the same session goes on once it is read again. */
export const RESUMABLE: ReadonlySet<string> = new Set([
  "flow_conflict",
  "step_conflict",
  "session_changed",
  "consent_required",
]);

/**
 * The error of everything that this package throws or rejects with. `code` is stable; `message` is English, for
 * developers, and contains neither personal data nor secrets.
 */
export class KycCaptureError extends Error {
  override readonly name = "KycCaptureError";
  /** The stable code of the failure. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Recovery actions for the person, best first; empty for errors of usage. */
  readonly recovery: readonly Recovery[];
  /** For `invalid_option`: the path of the option, as `liveness.steps`; else `null`. */
  readonly option: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; recovery?: readonly Recovery[]; option?: string | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.recovery = options.recovery ?? [];
    this.option = options.option ?? null;
  }
}

/** An error as a structured clone between worker and page, which loses class and prototype. */
export interface WireError {
  code: string;
  message: string;
  retryable: boolean;
  recovery?: readonly Recovery[];
  option?: string | null;
  /** The message of the cause. */
  cause?: string;
}

/** Whether a value is a known error code. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && KNOWN.has(code);
}

/** Converts anything caught to its form between worker and page. */
export function toWire(error: unknown): WireError {
  const from = error as Partial<WireError> | null | undefined;
  if (typeof from === "object" && from !== null && isErrorCode(from.code)) {
    return {
      code: from.code,
      message: String(from.message ?? from.code),
      retryable: from.retryable === true,
      recovery: from.recovery ?? [],
      option: from.option ?? null,
      ...(from.cause !== undefined && { cause: messageOf(from.cause) }),
    };
  }
  return { code: "core_crashed", message: messageOf(error), retryable: true };
}

/** Restores an error from the other side; wraps anything else under the code `fallback`. */
export function fromWire(error: unknown, fallback: ErrorCode = "core_crashed"): KycCaptureError {
  if (error instanceof KycCaptureError) return error;
  const from = error as Partial<WireError> | null | undefined;
  const known = typeof from === "object" && from !== null && isErrorCode(from.code);
  const code = known && isErrorCode(from.code) ? from.code : fallback;
  return new KycCaptureError(code, messageOf(error), {
    // A core that crashed is replaced.
    retryable: known ? from.retryable === true : code === "core_crashed",
    recovery: (typeof from === "object" && from?.recovery) || [],
    option: (typeof from === "object" && from?.option) || null,
    cause:
      typeof from === "object" && from !== null && from.cause !== undefined ? new Error(String(from.cause)) : error,
  });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
