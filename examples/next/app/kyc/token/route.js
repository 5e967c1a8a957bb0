import { kyc, withSession } from "../../../lib/kyc.js";

export function POST() {
  return withSession(async (sessionId) => {
    const { access_token: accessToken } = await kyc().sessionToken(sessionId);
    return { accessToken };
  });
}
