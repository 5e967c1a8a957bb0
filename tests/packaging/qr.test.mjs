// The QR codes of the hand-off, read by a decoder of others (jsQR).

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import jsQR from "jsqr";
import { PKG } from "./install.mjs";

const { qrCode, QR_LIMIT } = await import(pathToFileURL(join(PKG, "dist/ui/qr.js")).href);

/** The code as an image: 4 pixels a module, with the quiet zone. */
function read(text) {
  const modules = qrCode(text);
  const side = (modules.length + 8) * 4;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let dy = 0; dy < 4; dy += 1) {
        for (let dx = 0; dx < 4; dx += 1) pixels.fill(0, ...at((y + 4) * 4 + dy, (x + 4) * 4 + dx));
      }
    });
  });
  function at(y, x) {
    const i = (y * side + x) * 4;
    return [i, i + 3];
  }
  return jsQR(pixels, side, side)?.data ?? null;
}

test("every length of a link is read back, in every version", () => {
  const link = `https://bank.example/continue#${"0aZ_-9".repeat(200)}`;
  const sizes = new Set();
  for (const length of [1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 181, 213, 251, 287, 331, 362, 412, 450]) {
    const text = link.slice(0, length);
    assert.equal(read(text), text, `${length} bytes`);
    sizes.add(qrCode(text).length);
  }
  for (const length of [504, 560, 624, 666, 711, 779, 857, 911, 997]) {
    const text = link.slice(0, length);
    assert.equal(read(text), text, `${length} bytes`);
    sizes.add(qrCode(text).length);
  }
  assert.ok(sizes.size >= 25, `versions: ${sizes.size}`);
  assert.equal(read("https://bank.example/жалғастыру"), "https://bank.example/жалғастыру");
});

test("a text that is too long is refused", () => {
  assert.throws(() => qrCode("x".repeat(QR_LIMIT + 1)), RangeError);
});
