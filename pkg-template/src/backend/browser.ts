// What browsers get for `kyc-capture/backend`: an error, and no code of the backend.

import { NOT_IN_A_BROWSER } from "./message.js";

function refuse(): never {
  throw new Error(NOT_IN_A_BROWSER);
}

export const KycClient: never = refuse();
export const PersonsClient: never = refuse();
export const GbdflClient: never = refuse();
export const MrzClient: never = refuse();
export const IdngoClient: never = refuse();
export const BackendError: never = refuse();
