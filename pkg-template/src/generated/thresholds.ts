// Generated from the Rust types by `cargo xtask types`.
// Thresholds of guidance and automatic capture.

/** Thresholds of a document in the guide frame. */
export interface DocumentThresholds {
  /**
   * Minimum confidence of the document's outline. Measured: outlines of specimens 0.7 and more, of textures below 0.5.
   * Range 0–1. Default 0.55.
   */
  minConfidence?: number;
  /**
   * Minimum share of the guide's width or height, whichever is closer to being filled, that the document fills. Scanbot
   * uses 0.8; 0.62 gives 150 dpi for a card in a frame of 1280 pixels. Range 0–1. Default 0.62.
   */
  minFill?: number;
  /** Maximum share of the guide that the document fills; above 1 it exceeds the guide. Range 0–2. Default 1.08. */
  maxFill?: number;
  /**
   * Minimum resolution, dots per inch. Microblink Capture allows 150 to 400; the MRZ is read down to 8 pixels per
   * character (80 dpi). Range 0–1200. Default 150.
   */
  minDpi?: number;
  /**
   * Maximum distance between the centres of document and guide, as a share of the guide's width. Range 0–1. Default
   * 0.16.
   */
  maxOffset?: number;
  /**
   * Maximum ratio of two opposite sides (perspective); 1.18 is a tilt of about 20° at reading distance. Range 1–4.
   * Default 1.18.
   */
  maxSideRatio?: number;
  /** Minimum sharpness, 0–1. Measured: specimens in focus 0.4 and more. Range 0–1. Default 0.28. */
  minSharpness?: number;
  /**
   * Maximum share of the document that one reflection covers. An MRZ character is 0.03 % of a passport page. Range 0–1.
   * Default 0.012.
   */
  maxGlareBlob?: number;
  /** Minimum mean luma of the document, 0–255. Range 0–255. Default 62. */
  minLuma?: number;
  /** Maximum share of over-exposed pixels (luma 247–255). Range 0–1. Default 0.3. */
  maxBrightShare?: number;
  /**
   * Maximum displacement of a corner between two frames, as a share of the document's diagonal. Range 0–1. Default
   * 0.012.
   */
  maxMotion?: number;
  /**
   * Maximum share of the outline that fingers cover. Measured on the outline test set: hands 0.02 and more in 27 of 29
   * images, other images in 3 of 371. Range 0–1. Default 0.03.
   */
  maxFingers?: number;
}

/** Thresholds of a face in the oval. */
export interface FaceThresholds {
  /** Minimum score of the face detector. 0.75 leaves few false faces in frames without one. Range 0–1. Default 0.75. */
  minScore?: number;
  /** Minimum height of the face box, as a share of the frame's height. Range 0–1. Default 0.22. */
  minHeight?: number;
  /** Maximum height of the face box, as a share of the frame's height. Range 0–2. Default 0.8. */
  maxHeight?: number;
  /**
   * Maximum distance between the centres of face and oval, as a share of the frame's shorter side. Range 0–1. Default
   * 0.2.
   */
  maxOffset?: number;
  /**
   * Maximum yaw either way, degrees. ISO/IEC 19794-5 requires 5° of a portrait; a selfie is held less exactly. Range
   * 0–90. Default 16.
   */
  maxYawDeg?: number;
  /** Maximum pitch either way, degrees. Range 0–90. Default 22. */
  maxPitchDeg?: number;
  /** Maximum roll either way, degrees. Range 0–180. Default 16. */
  maxRollDeg?: number;
  /** Minimum mean luma of the face, 0–255. OFIQ: 0.2 of the range. Range 0–255. Default 50. */
  minLuma?: number;
  /**
   * Maximum mean luma of the face, 0–255. OFIQ: 0.8 of the range; this leaves a margin for fair skin. Range 0–255.
   * Default 215.
   */
  maxLuma?: number;
  /** Minimum unified quality of a frame that is kept, 0–100. Range 0–100. Default 20. */
  minQuality?: number;
  /**
   * Maximum displacement of the face's centre between two frames, as a share of the box's height. Range 0–1. Default
   * 0.08.
   */
  maxMotion?: number;
  /**
   * Minimum intersection of the luma histograms of both halves of the face; below it the light comes from one side.
   * Measured on rendered heads. Range 0–1. Default 0.3.
   */
  minUniformity?: number;
  /**
   * Minimum ratio of the face's mean luma to the frame's; below it the light comes from behind. Measured on 2,000
   * rendered people in light from the front: 0.44 and more, the minimum for dark skin before a bright wall. Range 0–4.
   * Default 0.4.
   */
  minFrontLight?: number;
  /** Maximum share of the eye region that is a specular reflection. Range 0–1. Default 0.04. */
  maxEyeGlare?: number;
  /**
   * Minimum opening of the eyes, as a share of the person's own neutral opening; below it they are closed. Range 0–1.
   * Default 0.5.
   */
  minEyesOpen?: number;
}

/** Thresholds of active liveness and of the choice of frames. */
export interface LivenessThresholds {
  /**
   * Minimum turn of the head from the neutral pose, degrees. Measured on 60 rendered people and on still images of them
   * moved by hand (960 frames): heads turned by 27° and more measure 24.6° and more, prints up to 12.4°; images on
   * screens, which the screen signal rejects, up to 33°. Range 1–90. Default 18.
   */
  stepYawDeg?: number;
  /**
   * Minimum nod from the neutral pose, degrees: heads nod less far than they turn. Measured on the same frames: nods of
   * 18° and more measure 13.2° and more (one in twenty less than 14.8°), prints up to 13.6°, images on screens up to
   * 44°. Range 1–90. Default 14.
   */
  stepPitchDeg?: number;
  /** Minimum ratio of the head's size to its neutral size for `come_closer`. Range 1–4. Default 1.22. */
  stepCloser?: number;
  /** Maximum ratio of the head's size to its neutral size for `move_away`. Range 0–1. Default 0.84. */
  stepFarther?: number;
  /** Maximum opening of the eyes for `blink`, as a share of the neutral opening. Range 0–1. Default 0.45. */
  stepClosed?: number;
  /**
   * Minimum depth evidence of a turn to the side: landmark residual against any planar view of the neutral face, in
   * inter-eye distances. Measured on the same frames: 0.27 and more. Range 0–4. Default 0.16.
   */
  stepYawDepth?: number;
  /**
   * Minimum depth evidence of a nod, in inter-eye distances. Measured on the same frames: downwards 0.106 and more,
   * upwards 0.18 and more, so an upward nod requires proportionally more. Range 0–4. Default 0.1.
   */
  stepPitchDepth?: number;
  /** Time limit of one movement, ms. Range 100–600000. Default 8000. */
  stepMs?: number;
  /**
   * Time for which a movement must be held, ms: more than one frame, less than what tires. Range 0–60000. Default 120.
   */
  proofMs?: number;
  /** Time for which the neutral pose is measured before the movements, ms. Range 0–60000. Default 600. */
  neutralMs?: number;
  /** Time for which a failed movement is reported before others are drawn, ms. Range 0–60000. Default 1500. */
  againMs?: number;
  /** Time over which passive liveness compares frames, ms. Range 0–60000. Default 2000. */
  windowMs?: number;
}

/** Times and counts of automatic capture. */
export interface TimingThresholds {
  /** Good frames in a row before the comparison of frames starts. Range 1–100, whole. Default 3. */
  stableFrames?: number;
  /**
   * Attempts in which every check must pass for an automatic capture; later ones warn. Onfido: two. Range 0–100, whole.
   * Default 2.
   */
  strictAttempts?: number;
  /**
   * Duration after which an attempt without a capture ends, counted from the first frame that shows a document, ms.
   * Range 100–600000. Default 10000.
   */
  attemptMs?: number;
  /**
   * Time over which frames are compared before the best is captured, ms: longer than a tremor, shorter than a
   * noticeable wait. Range 0–60000. Default 700.
   */
  windowMs?: number;
  /** Minimum display time of a hint, ms. As Microblink Capture. Range 0–60000. Default 1000. */
  hintMs?: number;
  /** Minimum display time of a blocking hint, ms. As Microblink Capture. Range 0–60000. Default 1500. */
  errorMs?: number;
  /** Time after which a hint that has not helped is followed by another, ms. Range 1000–600000. Default 8000. */
  otherWayMs?: number;
  /** Face frames that are sent. Range 1–10, whole. Default 3. */
  faceFrames?: number;
  /** Minimum time between two face frames that are sent, ms. Range 0–60000. Default 500. */
  faceGapMs?: number;
}

/** Thresholds of guidance and automatic capture. An absent field keeps its default. */
export interface Thresholds {
  /** For the sides of a document. */
  document?: DocumentThresholds;
  /** For a face. */
  face?: FaceThresholds;
  /** For active liveness and the choice of frames. */
  liveness?: LivenessThresholds;
  /** Times and counts, for documents and faces. */
  timing?: TimingThresholds;
}

/** The accepted range of every field of {@link Thresholds}: minimum, maximum, and whether it is whole. */
export const THRESHOLD_RANGES = {
  document: {
    minConfidence: [0, 1],
    minFill: [0, 1],
    maxFill: [0, 2],
    minDpi: [0, 1200],
    maxOffset: [0, 1],
    maxSideRatio: [1, 4],
    minSharpness: [0, 1],
    maxGlareBlob: [0, 1],
    minLuma: [0, 255],
    maxBrightShare: [0, 1],
    maxMotion: [0, 1],
    maxFingers: [0, 1],
  },
  face: {
    minScore: [0, 1],
    minHeight: [0, 1],
    maxHeight: [0, 2],
    maxOffset: [0, 1],
    maxYawDeg: [0, 90],
    maxPitchDeg: [0, 90],
    maxRollDeg: [0, 180],
    minLuma: [0, 255],
    maxLuma: [0, 255],
    minQuality: [0, 100],
    maxMotion: [0, 1],
    minUniformity: [0, 1],
    minFrontLight: [0, 4],
    maxEyeGlare: [0, 1],
    minEyesOpen: [0, 1],
  },
  liveness: {
    stepYawDeg: [1, 90],
    stepPitchDeg: [1, 90],
    stepCloser: [1, 4],
    stepFarther: [0, 1],
    stepClosed: [0, 1],
    stepYawDepth: [0, 4],
    stepPitchDepth: [0, 4],
    stepMs: [100, 600000],
    proofMs: [0, 60000],
    neutralMs: [0, 60000],
    againMs: [0, 60000],
    windowMs: [0, 60000],
  },
  timing: {
    stableFrames: [1, 100, "integer"],
    strictAttempts: [0, 100, "integer"],
    attemptMs: [100, 600000],
    windowMs: [0, 60000],
    hintMs: [0, 60000],
    errorMs: [0, 60000],
    otherWayMs: [1000, 600000],
    faceFrames: [1, 10, "integer"],
    faceGapMs: [0, 60000],
  },
} as const;
