// What the tools take and give.

import type { Point, Rect } from "./types.js";

/** An image: ImageData, raw RGBA pixels, or the bytes of a JPEG, PNG or WebP file (EXIF orientation applied). */
export type ImageInput =
  | ImageData
  | { data: Uint8Array | Uint8ClampedArray; width: number; height: number }
  | Uint8Array
  | ArrayBuffer
  | Blob;

/** A date of an MRZ: `iso` is `YYYY-MM-DD`, with `XX` for parts that the document leaves unknown. */
export type MrzDate = string | null;

/** A parsed machine-readable zone. Every check digit is reported one by one; see the README for all fields. */
export interface MrzDocument {
  format: string;
  lines: string[];
  [field: string]: unknown;
}

/** A zone read from pixels. `quads` are the lines' corners in pixels of the image, top left first, clockwise. */
export interface MrzReading {
  format: string;
  lines: string[];
  /** 0–1: how sure the reading is as a whole. */
  confidence: number;
  quads: Point[][];
  document: MrzDocument;
}

/** A face, in pixels of the image. Angles in degrees. */
export interface DetectedFace {
  box: Rect;
  /** 0–1. */
  score: number;
  /** Right eye, left eye, nose, mouth, right ear, left ear, as the person has them. */
  keypoints: Point[];
  yaw: number;
  pitch: number;
  roll: number;
}

/** How an image is to be encoded. */
export interface EncodeOptions {
  /** Default `jpeg`. */
  format?: "jpeg" | "png";
  /** JPEG quality 1–100. With `maxBytes` the highest that is tried. */
  quality?: number;
  /** Most bytes of the file: quality, then size, are lowered until it fits. */
  maxBytes?: number;
  /** Longest side in pixels; larger images are scaled down. */
  maxSide?: number;
  /** Part of the image to keep, in pixels. */
  crop?: Rect;
  /** What to give: bytes (default), base64 text, or a data URL. */
  as?: "bytes" | "base64" | "dataUrl";
}

/** An encoded image; `bytes` is text where `as` asks for it. No metadata of the source is kept. */
export interface EncodedImage<Bytes = Uint8Array | string> {
  bytes: Bytes;
  mime: "image/jpeg" | "image/png";
  width: number;
  height: number;
  quality: number;
}
