// The tools without a flow: the same names in a page, in a worker and in Node. In a page the pixels are looked at in a
// worker of their own; in Node in the calling thread. Parsing text is instant and always runs where it is called.

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
import { arrayOf, invalidOption, isPlain, text } from "./validate.js";
import { WorkerClient } from "./worker-client.js";

type Engine = typeof import("./engine.js");

let engine: Engine | null = null;
let starting: Promise<Engine> | null = null;
let toolWorker: Promise<WorkerClient> | null = null;
let toolBox: InstanceType<Engine["ToolBox"]> | null = null;

/**
 * Loads the WebAssembly module into this thread, once. Needed before {@link parseMrz}; the other tools and
 * `createCapture` load what they need by themselves. A failure is forgotten: the next call tries again.
 */
export async function init(options: AssetOptions = {}): Promise<void> {
  checkAssetOptions(options);
  setAssetDefaults(options);
  await startHere();
}

/**
 * Parses the lines of a machine-readable zone. Needs `await init()` once.
 *
 * @param lines two or three lines as printed (one for Swiss licences' short form is refused)
 * @param options `today` as `YYYY-MM-DD` settles the century of dates; default is the device's date
 * @throws {@link KycCaptureError} `mrz_invalid` for text that is no MRZ, `not_initialised` before `init()`
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

/** Reads the machine-readable zone of a document in an image; null where there is none. */
export async function readMrz(image: ImageInput, options: { today?: string } = {}): Promise<MrzReading | null> {
  checkTodayOptions(options);
  const pixels = await toolImage(image);
  return (await run({ tool: "read_mrz", image: pixels, today: options.today ?? today() })) as MrzReading | null;
}

/** Finds faces in an image, best first. */
export async function detectFaces(image: ImageInput): Promise<DetectedFace[]> {
  return (await run({ tool: "detect_faces", image: await toolImage(image) })) as DetectedFace[];
}

/**
 * How good a picture is for recognising the face in it, in the terms of ISO/IEC 29794-5 (with the mappings of OFIQ where it has one):
 * each measure as a raw value and a score of 0–100. Of several faces the largest counts.
 *
 * @returns `null` without a face
 * @throws {@link KycCaptureError} `image_unknown_format`, `image_corrupt`, `image_empty`, `image_wrong_length`, `asset_unreachable`
 */
export async function faceQuality(image: ImageInput): Promise<FaceQuality | null> {
  return (await run({ tool: "face_quality", image: await toolImage(image) })) as FaceQuality | null;
}

/**
 * Judges the next frame of a stream as a capture of the face would: what to do for a better one, the face that is followed, and every
 * check with its raw value, score and threshold.
 *
 * @param options `at`: when the frame was taken, in milliseconds of any clock; without it, or where it lies before the last frame's,
 *   a new stream begins
 * @throws {@link KycCaptureError} as {@link faceQuality}
 */
export async function assessFace(image: ImageInput, options: { at?: number } = {}): Promise<FaceAssessment> {
  checkFrameOptions(options);
  return (await run({ tool: "assess_face", image: await toolImage(image), at: options.at ?? null })) as FaceAssessment;
}

/** Encodes an image anew: cropped, scaled, within a budget of bytes. Nothing of the source's metadata is kept. */
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
 * Finds an identity document: a card (ID-1), TD2 or the data page of a passport (ID-3), on any background, turned by any angle.
 *
 * @returns `null` without one; corners in pixels, the first two along a longer side
 * @throws {@link KycCaptureError} `image_unknown_format`, `image_corrupt`, `image_empty`, `image_wrong_length`
 */
export async function findDocument(image: ImageInput): Promise<FoundDocument | null> {
  return (await run({ tool: "find_document", image: await toolImage(image) })) as FoundDocument | null;
}

/**
 * Judges a picture as a capture would, by the document's outline and the picture's quality: what to do for a better one, and every
 * check with its raw value, score and threshold.
 *
 * @throws {@link KycCaptureError} as {@link findDocument}; `invalid_option`
 */
export async function assessDocument(image: ImageInput, options: AssessOptions = {}): Promise<Assessment> {
  checkAssessOptions(options);
  return (await run({ tool: "assess_document", image: await toolImage(image), options })) as Assessment;
}

/**
 * Reads a PDF417 barcode (ISO/IEC 15438); where it is one of a North American licence or card, `document` has it taken apart.
 *
 * @returns `null` where none is read
 * @throws {@link KycCaptureError} as {@link findDocument}
 */
export async function readBarcode(image: ImageInput): Promise<BarcodeReading | null> {
  return (await run({ tool: "read_barcode", image: await toolImage(image) })) as BarcodeReading | null;
}

/**
 * Parses the text of an AAMVA barcode, all versions. Needs `await init()` once.
 *
 * @throws {@link KycCaptureError} `aamva_invalid` for text that is none, `not_initialised` before `init()`
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
 * Looks at a document's sides with everything there is, and runs every check: dates, numbers, check digits, sides against each
 * other and against the declared type, and heuristics of copies and screens. Nothing leaves the device.
 *
 * @param images the front (or a passport's data page), and the back where there is one
 * @throws {@link KycCaptureError} as {@link findDocument}; `asset_unreachable` where weights cannot be had
 */
export async function inspectDocument(
  images: { front: ImageInput; back?: ImageInput | null },
  options: InspectOptions = {},
): Promise<Inspection> {
  checkInspectOptions(options);
  if (!isPlain(images)) throw invalidOption("images", "{ front, back }", images);
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
