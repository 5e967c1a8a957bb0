// What browsers get for `kyc-capture/backend`: an error, and no code of the backend.

const MESSAGE =
  "kyc-capture/backend must not be imported in a browser: it holds API keys and secrets, " +
  "which a page shows to everybody. " +
  "Import it in your backend (Node, Deno, a worker of your hosting) and let the page ask your backend.";

function refuse(): never {
  throw new Error(MESSAGE);
}

export const KycClient: never = refuse();
export const PersonsClient: never = refuse();
export const GbdflClient: never = refuse();
export const MrzClient: never = refuse();
export const IdngoClient: never = refuse();
export const BackendError: never = refuse();
