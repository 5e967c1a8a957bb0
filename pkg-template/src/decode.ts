// Decodes image files: by the browser, in any format that it supports (AVIF and HEIC among them), else, as in Node, by
// the package's decoder module, which is loaded only then.

import { isCanvasNoisy } from "./canvas.js";
import { isErrorCode, KycCaptureError } from "./errors.js";
import { compileModule } from "./fetch-assets.js";

/** RGBA pixels, row by row. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Maximum number of pixels of a file, as announced in its header: 100 megapixels. */
const MAX_PIXELS = 100_000_000;
/** Maximum number of pixels of a canvas here: above 16,777,216 iOS makes an empty one. */
const MAX_CANVAS_PIXELS = 12_000_000;
/** Maximum number of pixels that the core and its decoder take. */
const MAX_CORE_PIXELS = 40_000_000;

/**
 * Decodes a file and applies its EXIF orientation. A browser scales an image to at most 12 megapixels.
 *
 * @param decoder address of the package's decoder
 * @throws {@link KycCaptureError} `image_unknown_format`, `image_corrupt`, `image_too_large`, `asset_unreachable`
 */
export async function decodeFile(file: Uint8Array, decoder: string): Promise<Pixels> {
  const hasCanvas = typeof createImageBitmap === "function" && typeof OffscreenCanvas !== "undefined";
  return hasCanvas && !isServerHost() && !isCanvasNoisy() ? decodeInBrowser(file) : decodeInModule(file, decoder);
}

/** Whether the header announces more pixels than the core takes. */
export function isLarge(file: Uint8Array): boolean {
  const size = imageSize(file);
  return size !== null && size.width * size.height > MAX_CORE_PIXELS;
}

/** The code for a file of a kind that browsers often do not decode: HEIC and PDF. */
export function otherKind(file: Uint8Array): "image_heic" | "image_pdf" | null {
  const text = String.fromCharCode(...file.subarray(0, 16));
  if (text.startsWith("%PDF")) return "image_pdf";
  return /^....ftyp(hei|hev|mif1|msf1)/s.test(text) ? "image_heic" : null;
}

/** Returns width and height in the header of a JPEG or PNG file, before rotation; `null` for any other. */
export function imageSize(file: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length >= 24 && view.getUint32(0) === 0x89504e47) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (file.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < file.length; ) {
    if (file[at] !== 0xff) return null;
    const marker = file[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Fill bytes, and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Node, Deno and Bun: what they have of the browser's decoders does not read every format. */
function isServerHost(): boolean {
  const host = globalThis as { process?: { versions?: { node?: string } }; Deno?: unknown };
  return host.Deno !== undefined || host.process?.versions?.node !== undefined;
}

async function decodeInBrowser(file: Uint8Array): Promise<Pixels> {
  const size = imageSize(file);
  if (size !== null && size.width * size.height > MAX_PIXELS) throw tooLarge(size);
  const blob = new Blob([file.slice()]);
  for (let max = MAX_CANVAS_PIXELS; max >= MAX_CANVAS_PIXELS / 4; max /= 2) {
    const bitmap = await decodeBitmap(blob, size, max);
    if (bitmap === null) throw undecodable(file);
    try {
      const pixels = readPixels(bitmap, max);
      // An empty canvas: this device has less memory for one. Half the size may fit.
      if (pixels !== null) return pixels;
    } finally {
      bitmap.close();
    }
  }
  throw new KycCaptureError("image_too_large", "the browser's canvas stays empty: the image is too large for it");
}

/** Decodes, scaled to at most `max` pixels if the header announces more. */
async function decodeBitmap(
  blob: Blob,
  size: { width: number; height: number } | null,
  max: number,
): Promise<ImageBitmap | null> {
  if (size === null || size.width * size.height <= max) return createImageBitmap(blob).catch(() => null);
  const scale = Math.sqrt(max / (size.width * size.height));
  const [width, height] = [Math.floor(size.width * scale), Math.floor(size.height * scale)];
  const scaled = (resizeWidth: number) =>
    createImageBitmap(blob, { resizeWidth, resizeQuality: "high" }).catch(() => null);
  const bitmap = await scaled(width);
  // Rotated by its EXIF orientation: the sides are swapped.
  if (bitmap === null || bitmap.width > bitmap.height === width > height || width === height) return bitmap;
  bitmap.close();
  return scaled(height);
}

/** Returns the pixels, scaled to at most `max`; `null` if the canvas stayed empty. */
function readPixels(bitmap: ImageBitmap, max: number): Pixels | null {
  const scale = Math.min(1, Math.sqrt(max / (bitmap.width * bitmap.height)));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.floor(side * scale)));
  if (width === undefined || height === undefined) return null;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) return null;
    // What is behind transparent pixels is arbitrary, often black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const isEmpty = width * height > MAX_CANVAS_PIXELS / 8 && !data.some((value) => value !== 0);
    return isEmpty ? null : { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
  } catch {
    return null;
  }
}

function undecodable(file: Uint8Array): KycCaptureError {
  const known = (file[0] === 0xff && file[1] === 0xd8) || (file[0] === 0x89 && file[1] === 0x50);
  return known
    ? new KycCaptureError("image_corrupt", "the image cannot be decoded")
    : new KycCaptureError("image_unknown_format", "this browser does not support the file's format");
}

function tooLarge({ width, height }: { width: number; height: number }): KycCaptureError {
  return new KycCaptureError("image_too_large", `the image of ${width}x${height} pixels has over 100 megapixels`);
}

/** The exports of the decoder (decoder/src/lib.rs). */
interface Decoder {
  memory: WebAssembly.Memory;
  allocate(length: number): number;
  decode(at: number, length: number): number;
}

let compiled: { address: string; module: Promise<WebAssembly.Module> } | null = null;

/** Decodes a JPEG, PNG or WebP file by the package's decoder. */
export async function decodeInModule(file: Uint8Array, address: string): Promise<Pixels> {
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
