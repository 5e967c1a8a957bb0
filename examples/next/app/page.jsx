"use client";

import { useState } from "react";
import { KycCapture } from "kyc-capture/react";

async function post(path) {
  const reply = await fetch(path, { method: "POST" });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return reply.json();
}

const accessToken = async () => (await post("/kyc/token")).accessToken;

export default function Page() {
  const [session, setSession] = useState(null);
  const [verified, setVerified] = useState(null);
  if (session === null) {
    return (
      <button type="button" onClick={async () => setSession(await post("/kyc/session"))}>
        Verify my identity
      </button>
    );
  }
  const onComplete = async () => setVerified((await post("/kyc/result")).verified);
  return (
    <>
      <KycCapture {...session} accessToken={accessToken} onComplete={onComplete} />
      <p role="status">{verified === null ? "" : verified ? "Verified" : "Not verified"}</p>
    </>
  );
}
