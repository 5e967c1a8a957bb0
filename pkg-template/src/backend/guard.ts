// Imported first: a page that loads the modules as they are, without a bundler, is refused as well.

import { NOT_IN_A_BROWSER } from "./message.js";

const host = globalThis as { document?: unknown; process?: { versions?: { node?: string } }; Deno?: unknown };
if (host.document !== undefined && host.process?.versions?.node === undefined && host.Deno === undefined) {
  throw new Error(NOT_IN_A_BROWSER);
}
