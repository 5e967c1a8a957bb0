// Where a permission that was refused can be given: each system, browser and app asks in its own place.

import type { PermissionPlace } from "./i18n/texts.js";

/** Browsers inside other apps. Many have no camera; none has an address bar with permissions. */
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|Twitter|Snapchat|TikTok|musical_ly|LinkedInApp|; wv\)/;

/** The names of known apps, by what they add to the user agent. */
const APPS: readonly (readonly [string, RegExp])[] = [
  ["Facebook", /FBAN|FBAV|FB_IAB/],
  ["Instagram", /Instagram/],
  ["LINE", /Line\//],
  ["WeChat", /MicroMessenger/],
  ["X", /Twitter/],
  ["Snapchat", /Snapchat/],
  ["TikTok", /TikTok|musical_ly/],
  ["LinkedIn", /LinkedInApp/],
  ["Android WebView", /; wv\)/],
];

/** Returns the name of the app whose own browser this is, or `null`. */
export function inAppBrowser(): string | null {
  const agent = typeof navigator === "undefined" ? "" : navigator.userAgent;
  const app = APPS.find(([, pattern]) => pattern.test(agent))?.[0];
  // An iOS web view has WebKit, but neither Safari's name nor its version.
  const webView = /iPhone|iPad/.test(agent) && /AppleWebKit/.test(agent) && !/Safari\//.test(agent);
  return app ?? (IN_APP.test(agent) || webView ? "WebView" : null);
}

const refusedBySystem = { camera: false, location: false };

/** Keeps whether the system, not the person or the site's settings, refused: Chromium names it in the message. */
export function noteRefusal(of: "camera" | "location", error: unknown): void {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
  refusedBySystem[of] = /system|User denied.*(settings|services)/i.test(message);
}

/** Returns where this person can give the permission. */
export function permissionPlace(of: "camera" | "location"): PermissionPlace {
  const agent = navigator.userAgent;
  if (inAppBrowser() !== null) return "in_app";
  if (refusedBySystem[of]) return "system";
  // iPadOS calls itself a Mac, but has a touch screen.
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)) return "ios";
  return /Android/.test(agent) ? "android" : "desktop";
}
