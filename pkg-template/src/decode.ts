// Decodes image files: by the browser, in any format that it supports (AVIF and HEIC among them), else, as in Node, by
// the package's decoder module, which is loaded only then.

import { isErrorCode, KycCaptureError } from "./errors.js";
import { compileModule } from "./fetch-assets.js";

/** RGBA pixels, row by row. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Maximum number of pixels, as in the core: 40 megapixels. */
const MAX_PIXELS = 40_000_000;

/**
 * Decodes a file and applies its EXIF orientation.
 *
 * @param decoder address of the package's decoder
 * @throws {@link KycCaptureError} `image_unknown_format`, `image_corrupt`, `image_too_large`, `asset_unreachable`
 */
export async function decodeFile(file: Uint8Array, decoder: string): Promise<Pixels> {
  return typeof createImageBitmap === "function" && typeof OffscreenCanvas !== "undefined"
    ? decodeInBrowser(file)
    : decodeInModule(file, decoder);
}

async function decodeInBrowser(file: Uint8Array): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([file.slice()])).catch(() => null);
  if (bitmap === null) {
    const known = (file[0] === 0xff && file[1] === 0xd8) || (file[0] === 0x89 && file[1] === 0x50);
    throw known
      ? new KycCaptureError("image_corrupt", "the image cannot be decoded")
      : new KycCaptureError("image_unknown_format", "this browser does not support the file's format");
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
    if (context === null) throw new KycCaptureError("worker_failed", "the worker could not create a 2D context");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
  } finally {
    bitmap.close();
  }
}

/** The exports of the decoder (decoder/src/lib.rs). */
interface Decoder {
  memory: WebAssembly.Memory;
  allocate(length: number): number;
  decode(at: number, length: number): number;
}

let compiled: { address: string; module: Promise<WebAssembly.Module> } | null = null;

async function decodeInModule(file: Uint8Array, address: string): Promise<Pixels> {
  if (compiled?.address !== address) compiled = { address, module: compileModule(address) };
  const { module } = compiled;
  module.catch(() => {
    compiled = null;
  });
  // One instance per file: its memory is freed with it.
  const { exports } = await WebAssembly.instantiate(await module, {});
  const { memory, allocate, decode } = exports as unknown as Decoder;
  const at = allocate(file.length);
  if (at === 0) throw new KycCaptureError("image_too_large", "the file does not fit into the decoder's memory");
  new Uint8Array(memory.buffer, at, file.length).set(file);
  // Decoding grows the memory, which replaces its buffer.
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
