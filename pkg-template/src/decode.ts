// Image files to pixels. The browser's own decoders do it, whatever they know (AVIF and HEIC among it); where there are none,
// as in Node, a module of the package's own, which is loaded only then.

import { isErrorCode, KycCaptureError } from "./errors.js";
import { compileModule } from "./fetch-assets.js";

/** RGBA, row by row. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Most pixels, as in the module: 40 megapixels. */
const MAX_PIXELS = 40_000_000;

/**
 * Decodes a file, upright.
 *
 * @param decoder address of the package's own decoder
 * @throws {@link KycCaptureError} `image_unknown_format`, `image_corrupt`, `image_too_large`, `asset_unreachable`
 */
export async function decodeFile(file: Uint8Array, decoder: string): Promise<Pixels> {
  return typeof createImageBitmap === "function" && typeof OffscreenCanvas !== "undefined"
    ? inBrowser(file)
    : byModule(file, decoder);
}

async function inBrowser(file: Uint8Array): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([file.slice()])).catch(() => null);
  if (bitmap === null) {
    const known = (file[0] === 0xff && file[1] === 0xd8) || (file[0] === 0x89 && file[1] === 0x50);
    throw known
      ? new KycCaptureError("image_corrupt", "the image cannot be decoded")
      : new KycCaptureError("image_unknown_format", "the file is no image that this browser decodes");
  }
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_PIXELS) {
      throw new KycCaptureError(
        "image_too_large",
        `the image of ${width}x${height} pixels is larger than 40 megapixels`,
      );
    }
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new KycCaptureError("worker_failed", "no 2d context in the worker");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
  } finally {
    bitmap.close();
  }
}

/** What the decoder's module exports (decoder/src/lib.rs). */
interface Decoder {
  memory: WebAssembly.Memory;
  allocate(length: number): number;
  decode(at: number, length: number): number;
}

let compiled: { address: string; module: Promise<WebAssembly.Module> } | null = null;

async function byModule(file: Uint8Array, address: string): Promise<Pixels> {
  if (compiled?.address !== address) compiled = { address, module: compileModule(address) };
  const { module } = compiled;
  module.catch(() => {
    compiled = null;
  });
  // An instance of its own for every file: its memory goes with it.
  const { exports } = await WebAssembly.instantiate(await module, {});
  const { memory, allocate, decode } = exports as unknown as Decoder;
  const at = allocate(file.length);
  if (at === 0) throw new KycCaptureError("image_too_large", "there is no memory for the file");
  new Uint8Array(memory.buffer, at, file.length).set(file);
  // Decoding makes the memory grow, and its buffer another one.
  const answer = decode(at, file.length);
  const [status, width, height, from, length] = new Uint32Array(memory.buffer, answer, 5) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const bytes = new Uint8Array(memory.buffer, from, length).slice();
  if (status === 0) return { data: bytes, width, height };
  const [code, message] = new TextDecoder().decode(bytes).split("\n", 2);
  throw new KycCaptureError(isErrorCode(code) ? code : "image_corrupt", message ?? "the image cannot be decoded");
}
