// `kyc-capture/testing`: for an integrator's own tests. A session without a server, and a capture that is recorded and
// replayed. Nothing of it belongs into an app.

export { record, replay } from "./record.js";
export type { Recording, ReplayedCapture } from "./record.js";
export { ScriptedSession } from "./session.js";
export type { ScriptedReply, ScriptedRequest, SessionOperation, SessionScript } from "./session.js";
