// What `kyc-capture/backend` uses of its module's generated bindings (backend/src/lib.rs).

/** Instantiates the module; a second call does nothing. */
export default function init(options: { module_or_path: WebAssembly.Module | BufferSource }): Promise<unknown>;

/** A failure of the caller's own, as JSON. */
export function localFailure(code: string): string;

/** One request. */
export class BackendRequest {
  private constructor();
  free(): void;
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array | undefined;
}

/** The attempts of one request. */
export class BackendFlight {
  private constructor();
  free(): void;
  reply(status: number, retryAfter: string | undefined, body: Uint8Array, random: number, nowMs: number): string;
  noReply(why: string, random: number): string;
}

/** A client without its network. Throws failures as JSON. */
export class BackendCore {
  constructor(system: string, settings: string);
  free(): void;
  call(name: string, json: string, file: Uint8Array | undefined, random: Uint32Array): BackendRequest;
  takePace(request: BackendRequest, nowMs: number): number;
  tokenStock(request: BackendRequest, nowMs: number): string;
  tokenRequest(sessionId?: string): BackendRequest | undefined;
  keepToken(body: Uint8Array, askedMs: number): void;
  forgetToken(authorization: string): void;
  headers(request: BackendRequest, nowMs: number): string[];
  flight(request: BackendRequest): BackendFlight;
  reply(request: BackendRequest, body: Uint8Array): string;
  refusal(status: number, body: Uint8Array): string;
}
