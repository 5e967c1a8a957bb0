// Thresholds of guidance and automatic capture: types, and the ranges in which `createCapture` accepts them. The
// defaults are the core's; this package states them and never sends them.

/** Thresholds of a document in the guide frame. */
export interface DocumentThresholds {
  /** Minimum confidence of the document's outline, 0–1. Default 0.55. */
  minConfidence?: number;
  /** Minimum share of the guide's width or height that the document fills, 0–1. Default 0.62. */
  minFill?: number;
  /** Maximum share of the guide that the document fills, 0–2; above 1 it exceeds the guide. Default 1.08. */
  maxFill?: number;
  /** Minimum resolution, 0–1200 dots per inch. Default 150. */
  minDpi?: number;
  /** Maximum distance between the centres of document and guide, as a share of the guide's width, 0–1. Default 0.16. */
  maxOffset?: number;
  /** Maximum ratio of two opposite sides (perspective), 1–4. Default 1.18, a tilt of about 20°. */
  maxSideRatio?: number;
  /** Minimum sharpness, 0–1. Default 0.28. */
  minSharpness?: number;
  /** Maximum share of the document that one reflection covers, 0–1. Default 0.012. */
  maxGlareBlob?: number;
  /** Minimum mean luma of the document, 0–255. Default 62. */
  minLuma?: number;
  /** Maximum share of over-exposed pixels (luma 247–255), 0–1. Default 0.3. */
  maxBrightShare?: number;
  /** Maximum displacement of a corner between two frames, as a share of the document's diagonal, 0–1. Default 0.012. */
  maxMotion?: number;
  /** Maximum share of the outline that fingers cover, 0–1. Default 0.03. */
  maxFingers?: number;
}

/** Thresholds of a face in the oval. */
export interface FaceThresholds {
  /** Minimum score of the face detector, 0–1. Default 0.75. */
  minScore?: number;
  /** Minimum height of the face box, as a share of the frame's height, 0–1. Default 0.22. */
  minHeight?: number;
  /** Maximum height of the face box, as a share of the frame's height, 0–2. Default 0.8. */
  maxHeight?: number;
  /**
   * Maximum distance between the centres of face and oval, as a share of the frame's shorter side, 0–1. Default 0.2.
   */
  maxOffset?: number;
  /** Maximum yaw either way, 0–90 degrees. Default 16. */
  maxYawDeg?: number;
  /** Maximum pitch either way, 0–90 degrees. Default 22. */
  maxPitchDeg?: number;
  /** Maximum roll either way, 0–180 degrees. Default 16. */
  maxRollDeg?: number;
  /** Minimum mean luma of the face, 0–255. Default 50. */
  minLuma?: number;
  /** Maximum mean luma of the face, 0–255. Default 215. */
  maxLuma?: number;
  /** Minimum unified quality of a frame that is kept, 0–100. Default 20. */
  minQuality?: number;
  /**
   * Maximum displacement of the face's centre between two frames, as a share of the box's height, 0–1. Default 0.08.
   */
  maxMotion?: number;
  /** Minimum intersection of the luma histograms of both halves of the face, 0–1. Default 0.3. */
  minUniformity?: number;
  /** Minimum ratio of the face's mean luma to the frame's, 0–4; below it the light comes from behind. Default 0.4. */
  minFrontLight?: number;
  /** Maximum share of the eye region that is a specular reflection, 0–1. Default 0.04. */
  maxEyeGlare?: number;
  /** Minimum opening of the eyes, as a share of the person's own neutral opening, 0–1. Default 0.5. */
  minEyesOpen?: number;
}

/** Thresholds of active liveness and of the choice of frames. */
export interface LivenessThresholds {
  /** Minimum turn of the head from the neutral pose, 1–90 degrees. Default 18. */
  stepYawDeg?: number;
  /** Minimum nod from the neutral pose, 1–90 degrees. Default 14. */
  stepPitchDeg?: number;
  /** Minimum ratio of the head's size to its neutral size for `come_closer`, 1–4. Default 1.22. */
  stepCloser?: number;
  /** Maximum ratio of the head's size to its neutral size for `move_away`, 0–1. Default 0.84. */
  stepFarther?: number;
  /** Maximum opening of the eyes for `blink`, as a share of the neutral opening, 0–1. Default 0.45. */
  stepClosed?: number;
  /** Minimum depth evidence of a turn to the side, in inter-eye distances, 0–4. Default 0.16. */
  stepYawDepth?: number;
  /** Minimum depth evidence of a nod, in inter-eye distances, 0–4. Default 0.1. */
  stepPitchDepth?: number;
  /** Time limit of one movement, 100–600,000 ms. Default 8000. */
  stepMs?: number;
  /** Time for which a movement must be held, 0–60,000 ms. Default 120. */
  proofMs?: number;
  /** Time for which the neutral pose is measured before the movements, 0–60,000 ms. Default 600. */
  neutralMs?: number;
  /** Time over which passive liveness compares frames, 0–60,000 ms. Default 2000. */
  windowMs?: number;
}

/** Times and counts of automatic capture. */
export interface TimingThresholds {
  /** Good frames in a row before the comparison of frames starts, 1–100. Default 3. */
  stableFrames?: number;
  /** Attempts in which every check must pass for an automatic capture, 0–100; later ones warn. Default 2. */
  strictAttempts?: number;
  /** Duration after which an attempt without a capture ends, 100–600,000 ms. Default 10,000. */
  attemptMs?: number;
  /** Time over which frames are compared before the best is captured, 0–60,000 ms. Default 700. */
  windowMs?: number;
  /** Minimum display time of a hint, 0–60,000 ms. Default 1000. */
  hintMs?: number;
  /** Minimum display time of a blocking hint, 0–60,000 ms. Default 1500. */
  errorMs?: number;
  /** Face frames that are sent, 1–10. Default 3. */
  faceFrames?: number;
  /** Minimum time between two face frames that are sent, 0–60,000 ms. Default 500. */
  faceGapMs?: number;
}

/** Thresholds of guidance and automatic capture. An absent field keeps its default. */
export interface Thresholds {
  /** For the sides of a document. */
  document?: DocumentThresholds;
  /** For a face. */
  face?: FaceThresholds;
  /** For active liveness. */
  liveness?: LivenessThresholds;
  /** Times and counts, for documents and faces. */
  timing?: TimingThresholds;
}

/** Minimum, maximum, and whether only whole numbers are accepted. */
export type Range = readonly [min: number, max: number, integer?: "integer"];

type Ranges = { [Group in keyof Thresholds]-?: Record<keyof NonNullable<Thresholds[Group]>, Range> };

const SHARE: Range = [0, 1];
const LUMA: Range = [0, 255];
const TIME: Range = [0, 60_000];
const LIMIT: Range = [100, 600_000];

/** The accepted range of every threshold. */
export const THRESHOLD_RANGES: Ranges = {
  document: {
    minConfidence: SHARE,
    minFill: SHARE,
    maxFill: [0, 2],
    minDpi: [0, 1200],
    maxOffset: SHARE,
    maxSideRatio: [1, 4],
    minSharpness: SHARE,
    maxGlareBlob: SHARE,
    minLuma: LUMA,
    maxBrightShare: SHARE,
    maxMotion: SHARE,
    maxFingers: SHARE,
  },
  face: {
    minScore: SHARE,
    minHeight: SHARE,
    maxHeight: [0, 2],
    maxOffset: SHARE,
    maxYawDeg: [0, 90],
    maxPitchDeg: [0, 90],
    maxRollDeg: [0, 180],
    minLuma: LUMA,
    maxLuma: LUMA,
    minQuality: [0, 100],
    maxMotion: SHARE,
    minUniformity: SHARE,
    minFrontLight: [0, 4],
    maxEyeGlare: SHARE,
    minEyesOpen: SHARE,
  },
  liveness: {
    stepYawDeg: [1, 90],
    stepPitchDeg: [1, 90],
    stepCloser: [1, 4],
    stepFarther: SHARE,
    stepClosed: SHARE,
    stepYawDepth: [0, 4],
    stepPitchDepth: [0, 4],
    stepMs: LIMIT,
    proofMs: TIME,
    neutralMs: TIME,
    windowMs: TIME,
  },
  timing: {
    stableFrames: [1, 100, "integer"],
    strictAttempts: [0, 100, "integer"],
    attemptMs: LIMIT,
    windowMs: TIME,
    hintMs: TIME,
    errorMs: TIME,
    faceFrames: [1, 10, "integer"],
    faceGapMs: TIME,
  },
};
