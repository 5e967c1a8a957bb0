import { kyc, withSession } from "../../../lib/kyc.js";

// What counts is what the service says, not what a page reports.
export function POST() {
  return withSession(async (sessionId) => {
    const { status_e: status, verified } = await kyc().idvSessionRead({ session_id: sessionId });
    return { status, verified };
  });
}
