import { keepSession, kyc, publicOptions } from "../../../lib/kyc.js";

export async function POST() {
  const { session_id: sessionId } = await kyc().idvSessionCreate({ liveness_mode: "passive" });
  await keepSession(sessionId);
  return Response.json({ ...publicOptions(), sessionId });
}
