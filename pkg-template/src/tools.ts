// The tools without a flow, in a page, a worker and Node. In a page they run in a worker of their own, in Node in the
// calling thread. Parsing text always runs in the calling thread.

import { fromWire, KycCaptureError } from "./errors.js";
import { resolveAssets } from "./load.js";
import type { AssetOptions } from "./load.js";
import {
  checkAssessOptions,
  checkAssetOptions,
  checkEncodeOptions,
  checkFrameOptions,
  checkInspectOptions,
  checkTodayOptions,
} from "./options.js";
import type { ToolCall, ToolImage } from "./protocol.js";
import { assetDefaults, setAssetDefaults } from "./settings.js";
import type {
  AamvaDocument,
  AssessOptions,
  Assessment,
  BarcodeReading,
  DetectedFace,
  EncodedImage,
  EncodeOptions,
  FaceAssessment,
  FaceQuality,
  FoundDocument,
  ImageInput,
  Inspection,
  InspectOptions,
  MrzDocument,
  MrzReading,
} from "./tool-types.js";
import { arrayOf, invalidOption, isPlain, object, text } from "./validate.js";
import { WorkerClient } from "./worker-client.js";

type Engine = typeof import("./engine.js");

const SIDES = object<{ front: unknown; back?: unknown }>({ front: () => {}, back: () => {} });

let engine: Engine | null = null;
let starting: Promise<Engine> | null = null;
let toolWorker: Promise<WorkerClient> | null = null;
let toolBox: InstanceType<Engine["ToolBox"]> | null = null;

/**
 * Loads the WebAssembly module into this thread, once; {@link parseMrz} and {@link parseAamva} require it. The other
 * tools and `createCapture` load what they need themselves. After a failure the next call tries again.
 *
 * @param options addresses of the assets, for every later capture and tool of the page
 * @throws {@link KycCaptureError} `invalid_option`, `asset_unreachable`, `asset_invalid`, `wasm_unsupported`,
 *   `wasm_simd_missing`, `wasm_blocked`
 * @example
 * await init({ wasmUrl: "/assets/kyc_capture_bg.wasm", modelUrl: "/assets/models/" });
 */
export async function init(options: AssetOptions = {}): Promise<void> {
  checkAssetOptions(options);
  setAssetDefaults(options);
  await startHere();
}

/**
 * Parses the lines of an MRZ (machine-readable zone). Requires `await init()` once.
 *
 * @param lines two or three lines as printed
 * @param options `today`: `YYYY-MM-DD`, resolves the century of dates; default: the device's date
 * @throws {@link KycCaptureError} `not_initialised`, `invalid_option`; `mrz_invalid` for lines that are no MRZ
 * @example
 * parseMrz(["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]);
 */
export function parseMrz(lines: readonly string[], options: { today?: string } = {}): MrzDocument {
  if (engine === null) throw new KycCaptureError("not_initialised", "call `await init()` once before `parseMrz()`");
  arrayOf(text)("lines", lines);
  checkTodayOptions(options);
  try {
    return engine.parseMrz([...lines], options.today ?? today());
  } catch (error) {
    throw fromWire(error);
  }
}

/**
 * Reads the MRZ of a document in an image, in any orientation.
 *
 * @param options `today`: as for {@link parseMrz}
 * @returns what is printed, or `null` if no MRZ is found or its pixels cannot be read. Check digits that do not hold
 *   are named in `document.checkDigits`, and `document.valid` is false
 * @throws {@link KycCaptureError} `invalid_option`, `image_unknown_format`, `image_corrupt`, `image_empty`,
 *   `image_wrong_length`, `image_too_large`, `asset_unreachable`
 */
export async function readMrz(image: ImageInput, options: { today?: string } = {}): Promise<MrzReading | null> {
  checkTodayOptions(options);
  const pixels = await toolImage(image);
  return (await run({ tool: "read_mrz", image: pixels, today: options.today ?? today() })) as MrzReading | null;
}

/**
 * Detects faces in an image.
 *
 * @returns the faces, best first
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function detectFaces(image: ImageInput): Promise<DetectedFace[]> {
  return (await run({ tool: "detect_faces", image: await toolImage(image) })) as DetectedFace[];
}

/**
 * Measures the quality of the largest face in an image, in the terms of ISO/IEC 29794-5 and with the mappings of OFIQ.
 *
 * @returns each measure with its raw value and score, or `null` without a face
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function faceQuality(image: ImageInput): Promise<FaceQuality | null> {
  return (await run({ tool: "face_quality", image: await toolImage(image) })) as FaceQuality | null;
}

/**
 * Assesses the next frame of a stream of a face: the hint, the tracked face and every check, as in a capture.
 *
 * @param options `at`: time of the frame, in ms of any clock. Without it, or if it precedes the last frame's, a new
 * stream
 *   begins.
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function assessFace(image: ImageInput, options: { at?: number } = {}): Promise<FaceAssessment> {
  checkFrameOptions(options);
  return (await run({ tool: "assess_face", image: await toolImage(image), at: options.at ?? null })) as FaceAssessment;
}

/**
 * Encodes an image: cropped or rectified, scaled, within a file size. Removes all metadata.
 *
 * @throws {@link KycCaptureError} as {@link readMrz}; `image_budget_too_small` if `maxBytes` cannot be met
 * @example
 * const { bytes } = await encodeImage(file, { maxBytes: 300_000, maxWidth: 1600 });
 */
export async function encodeImage(
  image: ImageInput,
  options: EncodeOptions & { as: "base64" | "dataUrl" },
): Promise<EncodedImage<string>>;
export async function encodeImage(
  image: ImageInput,
  options?: EncodeOptions & { as?: "bytes" },
): Promise<EncodedImage<Uint8Array>>;
export async function encodeImage(image: ImageInput, options?: EncodeOptions): Promise<EncodedImage>;
export async function encodeImage(image: ImageInput, options: EncodeOptions = {}): Promise<EncodedImage> {
  checkEncodeOptions(options);
  return (await run({ tool: "encode_image", image: await toolImage(image), options })) as EncodedImage;
}

/**
 * Detects an identity document (ID-1, TD2 or ID-3) on any background, at any rotation.
 *
 * @returns the document, or `null`
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function findDocument(image: ImageInput): Promise<FoundDocument | null> {
  return (await run({ tool: "find_document", image: await toolImage(image) })) as FoundDocument | null;
}

/**
 * Assesses the quality of a document image by outline, sharpness and exposure, as in a capture.
 *
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function assessDocument(image: ImageInput, options: AssessOptions = {}): Promise<Assessment> {
  checkAssessOptions(options);
  return (await run({ tool: "assess_document", image: await toolImage(image), options })) as Assessment;
}

/**
 * Reads all PDF417 barcodes of an image, at most 32, as {@link readBarcode}.
 *
 * @returns the barcodes; empty if there are none
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function readBarcodes(image: ImageInput): Promise<BarcodeReading[]> {
  return (await run({ tool: "read_barcodes", image: await toolImage(image) })) as BarcodeReading[];
}

/**
 * Reads a PDF417 barcode (ISO/IEC 15438), and parses the AAMVA data of North American licences and cards. The symbol
 * may be at any angle, mirrored, inverted, compact, or without its start or its stop pattern.
 *
 * @returns the barcode, or `null`
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function readBarcode(image: ImageInput): Promise<BarcodeReading | null> {
  return (await run({ tool: "read_barcode", image: await toolImage(image) })) as BarcodeReading | null;
}

/**
 * Parses the text of an AAMVA barcode, versions 1 to 10. Requires `await init()` once.
 *
 * @param symbol the decoded text of the barcode
 * @throws {@link KycCaptureError} `not_initialised`, `invalid_option`; `aamva_invalid` for text that is no AAMVA data
 */
export function parseAamva(symbol: string): AamvaDocument {
  if (engine === null) throw new KycCaptureError("not_initialised", "await init() before parseAamva()");
  text("text", symbol);
  try {
    return engine.parseAamva(symbol);
  } catch (error) {
    throw fromWire(error);
  }
}

/**
 * Analyses a document: MRZ, barcode and portrait of its sides, and every check of dates, numbers, check digits,
 * consistency, declared type and recapture. Runs on the device; nothing is sent.
 *
 * @param images the front or a passport's data page, and the back if there is one
 * @throws {@link KycCaptureError} as {@link readMrz}
 */
export async function inspectDocument(
  images: { front: ImageInput; back?: ImageInput | null },
  options: InspectOptions = {},
): Promise<Inspection> {
  checkInspectOptions(options);
  if (!isPlain(images)) throw invalidOption("images", "{ front, back }", images);
  SIDES("images", images);
  const front = await toolImage(images.front, "images.front");
  const back = images.back == null ? null : await toolImage(images.back, "images.back");
  const { documentType = null } = options;
  return (await run({
    tool: "inspect_document",
    front,
    back,
    options: { documentType, today: options.today ?? today() },
  })) as Inspection;
}

async function run(call: ToolCall): Promise<unknown> {
  try {
    if (!inPage()) {
      const here = await startHere();
      const { models, decoder } = resolveAssets(assetDefaults());
      toolBox ??= new here.ToolBox(models, decoder);
      return await toolBox.run(call);
    }
    return await (await theToolWorker()).ask({ kind: "tool", call });
  } catch (error) {
    throw fromWire(error);
  }
}

function startHere(): Promise<Engine> {
  starting ??= (async () => {
    const loaded = await import("./engine.js");
    await loaded.startEngine(resolveAssets(assetDefaults()).wasm);
    engine = loaded;
    return loaded;
  })().catch((error: unknown) => {
    starting = null;
    throw fromWire(error, "asset_unreachable");
  });
  return starting;
}

function theToolWorker(): Promise<WorkerClient> {
  toolWorker ??= (async () => {
    const assets = resolveAssets(assetDefaults());
    const client = new WorkerClient(assets);
    client.onCrash = () => {
      toolWorker = null;
    };
    try {
      await client.start(assets);
    } catch (error) {
      client.terminate();
      throw error;
    }
    return client;
  })().catch((error: unknown) => {
    toolWorker = null;
    throw error;
  });
  return toolWorker;
}

function inPage(): boolean {
  return typeof window !== "undefined" && typeof document !== "undefined" && typeof Worker !== "undefined";
}

async function toolImage(image: ImageInput, path = "image"): Promise<ToolImage> {
  if (image instanceof Uint8Array) return { file: image };
  if (image instanceof ArrayBuffer) return { file: new Uint8Array(image) };
  if (typeof Blob !== "undefined" && image instanceof Blob) return { file: new Uint8Array(await image.arrayBuffer()) };
  const { data, width, height } = (image ?? {}) as { data?: unknown; width?: unknown; height?: unknown };
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes || typeof width !== "number" || typeof height !== "number") {
    const expected = "ImageData, { data, width, height } with RGBA bytes, or the bytes of an image file";
    throw invalidOption(path, expected, image);
  }
  return { data, width, height };
}

/** The device's date as `YYYY-MM-DD`. */
function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
