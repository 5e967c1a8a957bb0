/** Every field of the view that a core sends, before anything is shown; stand-ins for the core change some of them. */
export function viewOf(fields) {
  return {
    step: "document_front",
    phase: "camera_opening",
    steps: ["document_front"],
    documentType: "passport",
    documentTypes: [],
    facing: "environment",
    guide: null,
    guidance: null,
    overlay: null,
    challenge: null,
    passiveAvailable: false,
    locationSkippable: false,
    flash: null,
    manualAvailable: false,
    uploadAvailable: true,
    review: null,
    progress: null,
    error: null,
    result: null,
    ...fields,
  };
}
