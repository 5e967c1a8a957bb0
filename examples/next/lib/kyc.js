// The client of the service, and the session of the browser that asks. Runs on the server alone.

import { cookies } from "next/headers";
import { KycClient } from "kyc-capture/backend";

const { KYC_URL: baseUrl, KYC_CLIENT_ID: clientId, KYC_CLIENT_SECRET: clientSecret } = process.env;
let client;

/** Created by the first request: a build has no secrets. */
export function kyc() {
  client ??= new KycClient({ baseUrl, clientId, clientSecret });
  return client;
}

/** What the page needs besides a token. */
export const publicOptions = () => ({ baseUrl, clientId });

/** The id of the session is in a cookie: a browser gets tokens for its own session alone. */
export async function keepSession(sessionId) {
  (await cookies()).set("kyc_session", sessionId, { httpOnly: true, sameSite: "strict", path: "/kyc" });
}

/** Calls an action with the session of this browser; 401 without one. */
export async function withSession(action) {
  const session = (await cookies()).get("kyc_session");
  return session ? Response.json(await action(session.value)) : new Response(null, { status: 401 });
}
