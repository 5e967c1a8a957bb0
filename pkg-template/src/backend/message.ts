// What a page gets instead of the backend's clients.

export const NOT_IN_A_BROWSER =
  "kyc-capture/backend must not be imported in a browser: it holds API keys and secrets, " +
  "which a page shows to everybody. " +
  "Import it in your backend (Node, Deno, a worker of your hosting) and let the page ask your backend.";
