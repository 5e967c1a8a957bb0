// Imported first: a page that loads the modules as they are, without a bundler, gets the word as well.

const host = globalThis as { document?: unknown; process?: { versions?: { node?: string } }; Deno?: unknown };
if (host.document !== undefined && host.process?.versions?.node === undefined && host.Deno === undefined) {
  await import("./browser.js");
}
