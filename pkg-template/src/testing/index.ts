// `kyc-capture/testing`: for an integrator's own tests. A camera that plays drawn documents and a head, a session
// without a server, and a capture that is recorded and replayed. Nothing of it belongs into an app.

export { FAKE_SUBJECTS } from "./camera.js";
export type { FakeCamera, FakeCameraOptions, FakeCameraTarget, FakeSubject } from "./camera.js";
export { fakeCameraScript, installFakeCamera } from "./install.js";
export { record, replay } from "./record.js";
export type { Recording, ReplayedCapture } from "./record.js";
export { ScriptedSession } from "./session.js";
export type { ScriptedReply, ScriptedRequest, SessionOperation, SessionScript } from "./session.js";
