// A page without a bundler; the import map in index.html says where the package is.

import "kyc-capture/ui";

const start = document.querySelector("#start");
const result = document.querySelector("#result");

async function post(path) {
  const reply = await fetch(path, { method: "POST" });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return reply.json();
}

start.addEventListener("click", async () => {
  start.hidden = true;
  const kyc = document.createElement("kyc-capture");
  kyc.options = {
    ...(await post("/kyc/session")),
    accessToken: async () => (await post("/kyc/token")).accessToken,
  };
  kyc.addEventListener("complete", async () => {
    const { verified } = await post("/kyc/result");
    result.textContent = verified ? "Verified" : "Not verified";
  });
  document.querySelector("#place").replaceChildren(kyc);
});
