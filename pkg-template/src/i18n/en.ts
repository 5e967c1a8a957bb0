// English. Short sentences, one thought each, no blame and no jargon; each failure names what to do next.

import type { Texts } from "./texts.js";

/** Failures that the person cannot influence share one text. */
const broken = {
  title: "Something went wrong on our side",
  text: "You did nothing wrong. Please try again, or come back later.",
};
const setup = {
  title: "This page is not set up correctly",
  text: "Verification isn’t available right now. Please contact the company that sent you here.",
};
const image = {
  title: "This photo can’t be used",
  text: "Please take the photo again, or choose another file, preferably a JPEG or PNG.",
};
const browser = {
  title: "Your browser is out of date",
  text: "Please update it, or open this page in a current version of Chrome, Edge, Firefox or Safari.",
};
const ended = {
  title: "This verification has ended",
  text: "It expired or is already complete. Please go back to where you started and begin again.",
};
const access = {
  title: "This link is no longer valid",
  text: "Please go back to where you started and begin again.",
};

export const en: Texts = {
  locale: "en",

  language: "Language",
  stepOf: "Step {index} of {total}",
  starting: "Getting things ready…",

  consentTitle: "Let’s confirm it’s you",
  consentLead: "It takes about two minutes. You will need:",
  consentPoints: [
    "Your identity document, the original and not a copy",
    "Your face, for a short selfie",
    "Your location, recorded once with the photos",
  ],
  consentPrivacy:
    "By continuing, you agree that photos of your document and face, " +
    "the data read from them, and your location are sent " +
    "to the company that requested this check, to confirm your identity. None of it is stored on this device.",
  consentPrivacyWithoutLocation:
    "By continuing, you agree that photos of your document and face, and the data read from them, are sent to the " +
    "company that requested this check, to confirm your identity. None of it is stored on this device.",
  controllerAsks: "{name} asks you to confirm your identity.",
  controllerPurpose: "Purpose",
  controllerRetention: "Kept for",
  controllerPrivacy: "Privacy notice",
  controllerSupport: "Help",
  consentAgree: "Agree and continue",
  consentDecline: "Not now",

  documentTypeTitle: "Which document would you like to use?",
  documentTypeLead: "It must be valid and the original.",
  documentTypes: {
    driver_license: "Driving licence",
    identification_card: "Identity card",
    passport: "Passport",
    passport_card: "Passport card",
  },
  documentTypeHints: {
    driver_license: "Front and back",
    identification_card: "Front and back. A residence permit too",
    passport: "The photo page",
    passport_card: "Front and back",
  },

  captureTitles: {
    front: "Front of your document",
    back: "Back of your document",
    passport: "Photo page of your passport",
    liveness: "Look at the camera",
  },
  captureLeads: {
    front: "Place it on a dark, flat surface in good light.",
    back: "Turn the document over.",
    passport: "Open it at the photo page and lay it flat.",
    liveness: "Hold the device at eye level, with light on your face.",
  },
  captureNow: "Take photo",
  upload: "Upload a photo",
  uploadFace: "Upload a photo",
  uploadShort: "Upload",
  uploadCamera: "Use the camera app",
  changeDocument: "Use another document",
  switchCamera: "Switch camera",
  switchLens: "Switch lens",
  torch: "Light",
  focus: "Focus",
  video: "Camera preview",
  openingCamera: "Opening the camera",
  openingCameraHint: "If your browser asks, allow access to the camera. Photos are taken only on this screen.",
  cameraWaitingHint:
    "The camera hasn’t answered yet. If the browser asks for permission, allow it. You can also upload a photo.",
  cameraPaused: "The camera paused. Starting it again…",
  locating: "Getting your location",
  locatingHint: "If your browser asks, allow access to your location. It is recorded once with the photos.",
  locatingWaitingHint:
    "This is taking longer than usual. Check that this page may use your location and that it is turned on.",
  locationWhy: "It shows where the photos were taken and helps prevent misuse of your identity.",
  withoutLocation: "Continue without location",
  howTo: "Show me how",
  howToClose: "Got it",
  guidance: {
    no_document: "Fit the document into the frame",
    move_closer: "Move closer",
    move_back: "Move back a little",
    move_left: "Move the document to the left",
    move_right: "Move the document to the right",
    move_up: "Move the document up",
    move_down: "Move the document down",
    tilt_top_away: "Tilt the top of your device away from you",
    tilt_top_closer: "Tilt the top of your device towards you",
    tilt_left_away: "Tilt the left side of your device away from you",
    tilt_right_away: "Tilt the right side of your device away from you",
    hold_still: "Hold still",
    too_dark: "Find more light",
    too_bright: "Too bright. Find softer light",
    glare: "Tilt slightly to avoid glare",
    blurred: "Hold still while it focuses",
    fingers_in_the_way: "Keep your fingers off the document",
    wrong_document: "This is a different type of document",
    turn_over: "Turn the document over",
    wrong_side: "This looks like the other side",
    open_photo_page: "Open the passport at the photo page",
    not_identity_document: "This doesn’t look like an identity document. Show the side with the photo",
    show_mrz: "Show the whole side with the lines of <<<",
    checking: "Checking. Hold still",
    plain_background: "Lay the document on a plain surface of another colour",
    use_torch: "Turn on the light",
    use_button: "If this doesn’t help, take the photo with the button",
    capturing: "Great. Hold still",
    no_face: "Fit your face in the oval",
    one_person_only: "Make sure only you are in view",
    come_closer: "Come a little closer",
    move_back_face: "Move back a little",
    move_head_left: "Move a little to your left",
    move_head_right: "Move a little to your right",
    move_head_up: "Move up a little, or lower the camera",
    move_head_down: "Move down a little, or raise the camera",
    look_straight: "Look straight at the camera",
    more_light: "Turn towards the light",
    less_light: "Too bright. Turn away from the light",
    light_from_front: "Face the light",
    remove_glare: "Tilt your head slightly, or take off your glasses",
    open_eyes: "Keep your eyes open",
    face_changed: "A different face was detected. Starting over",
    turn_left: "Turn your head to your left",
    turn_right: "Turn your head to your right",
    look_up: "Look up",
    look_down: "Look down",
    move_away: "Move back a little",
    blink: "Close your eyes for a moment",
    step_again: "Let’s try again. Look straight ahead",
  },
  movementOf: "Movement {index} of {total}",
  withoutMovements: "Continue without movements",
  providerTitle: "Look at the camera",

  reviewTitles: {
    front: "Is everything readable?",
    back: "Is everything readable?",
    liveness: "Is your face clearly visible?",
  },
  reviewLead: "Check that all four corners are visible, without glare, and that nothing is covered.",
  reviewLeadFace: "Check that your whole face is visible, with your eyes open and nothing covering it.",
  reviewImage: {
    front: "Photo of the front of your document",
    back: "Photo of the back of your document",
    liveness: "Photo of your face",
  },
  reviewZoom: "Enlarge",
  reviewRead: "Read from your document",
  documentNumber: "Document number",
  primary: "Surname",
  secondary: "Given names",
  birthDate: "Date of birth",
  expiryDate: "Expiry date",
  confirm: "Use this photo",
  retake: "Retake",
  warnings: {
    document_expired: "This document has expired. It may not be accepted.",
    document_not_found: "No document was found in the photo.",
    mrz_not_read: "The lines with <<< at the bottom could not be read.",
    mrz_check_failed: "The lines with <<< at the bottom contain an error, or were misread.",
    wrong_side: "This looks like the other side of the document.",
    wrong_document: "This looks like a different type of document than the one you chose.",
    blurred: "The photo is blurred.",
    glare: "Glare covers part of the document.",
    too_dark: "The photo is too dark.",
    too_bright: "The photo is too bright.",
    low_resolution: "The photo’s resolution is low. Details may be lost.",
    fingers_in_the_way: "Fingers cover part of the document.",
    sides_disagree: "The front and back seem to belong to different documents.",
    barcode_not_read: "The barcode could not be read.",
    face_not_found: "No portrait was found on the document.",
  },

  oneMoment: "One moment…",
  uploading: "Sending the photo…",
  uploadingPart: "Sending the photo: {percent}",
  cancelUpload: "Cancel sending",
  sendingTitle: "Sending and checking",
  sendingLead: "Please keep this page open. This takes a moment.",
  sendingProgress: { one: "{done} of {total} step done", other: "{done} of {total} steps done" },

  handoff: {
    offer: "Continue on your phone",
    title: "Continue on your phone",
    lead: "Point your phone’s camera at the code and open the link. Keep this page open: it continues by itself.",
    code: "Code with the link for your phone",
    copy: "Copy link",
    copied: "Link copied",
    renew: "New code",
    waiting: "Waiting for your phone…",
    follows: "Your phone has taken over. This page follows it.",
    back: "Continue here instead",
    failed: "The code could not be created. Please try again.",
  },

  verifiedTitle: "You’re verified",
  verifiedLead: "Thank you. You can continue.",
  notVerifiedTitle: "We could not confirm your identity",
  notVerifiedLead:
    "We received your photos, but the check did not succeed. The company that requested it will tell you what " +
    "happens next.",
  authenticatedTitle: "It’s you",
  authenticatedLead: "Thank you. We recognised you, and you can continue.",
  notAuthenticatedTitle: "We could not recognise you",
  notAuthenticatedLead:
    "We received your photos, but they do not seem to show the person on file. The company that requested the check " +
    "will tell you what happens next.",

  retry: "Try again",
  restart: "Start again",
  useCamera: "Use the camera",
  settingsCamera: {
    ios:
      "Open the Settings app, find your browser, and allow Camera. In Safari, you can also tap the " +
      "page settings beside the address.",
    android: "Tap the icon beside the address, open Permissions, and allow Camera.",
    desktop: "Click the icon beside the address and set Camera to Allow.",
    in_app: "You opened this page inside another app. Open its menu and choose to open the page in your browser.",
    system:
      "Your device blocks the camera for this browser. Open the device’s settings, find the browser, and allow Camera.",
  },
  settingsLocation: {
    ios: "Open the Settings app, then Privacy, Location Services, and allow your browser to use your location.",
    android: "Tap the icon beside the address, open Permissions, and allow Location.",
    desktop: "Click the icon beside the address and set Location to Allow.",
    in_app: "You opened this page inside another app. Open its menu and choose to open the page in your browser.",
    system: "Location is turned off for this browser. Open the device’s settings and turn it on.",
  },
  offline: "You’re offline. We’ll continue as soon as you’re back online.",
  errorCode: "Code: {code}",

  errors: {
    consent_declined: {
      title: "Nothing was sent",
      text: "We can’t verify you without your consent. You can change your mind at any time.",
    },
    location_denied: {
      title: "Your location is blocked",
      text: "Your location is recorded once, with the photos. Please allow this page to use it.",
    },
    location_unavailable: {
      title: "Your location is unavailable",
      text: "Please turn on location services on this device, or move to a place with better reception.",
    },
    location_timeout: {
      title: "Finding your location took too long",
      text: "Please check that location services are turned on, and try again.",
    },
    location_invalid: setup,
    camera_denied: {
      title: "The camera is blocked",
      text: "Please allow this page to use the camera, or upload a photo instead.",
    },
    camera_missing: {
      title: "No camera found",
      text: "You can upload a photo, or open this page on a phone.",
    },
    camera_busy: {
      title: "The camera is in use",
      text: "Another app or tab is using it. Please close it and try again, or upload a photo.",
    },
    insecure_context: {
      title: "The camera needs a secure connection",
      text: "This page was not opened over HTTPS, so the browser blocks the camera. You can upload a photo.",
    },
    camera_unsupported: {
      title: "This browser doesn’t support the camera",
      text: "Browsers inside other apps often don’t. Please open this page in Chrome or Safari, or upload a photo.",
    },
    camera_failed: {
      title: "The camera did not start",
      text: "Please try again, or upload a photo.",
    },
    canvas_blocked: {
      title: "Your browser hides image data",
      text:
        "Its protection against tracking alters photos. Please allow this page to read canvas data, or " +
        "upload a JPEG.",
    },
    camera_lost: {
      title: "The camera stopped",
      text: "It was unplugged, or another app is using it. Please try again, or upload a photo.",
    },
    model_failed: {
      title: "Part of this page didn’t load",
      text: "Please check your connection and try again.",
    },
    liveness_provider_unsupported: setup,
    liveness_provider_failed: {
      title: "That didn’t work",
      text: "The camera check was not completed. Please try again.",
    },
    challenge_failed: {
      title: "We didn’t detect the movements",
      text: "Please try again, a little slower. If you can’t move your head, continue without the movements.",
    },
    face_not_found: {
      title: "No face found",
      text: "Please use a photo that shows your whole face from the front, in good light.",
    },
    same_side: {
      title: "That was the same side",
      text: "Please turn the document over and take a photo of its back.",
    },
    flow_conflict: {
      title: "This verification was continued elsewhere",
      text: "It may be open in another window. Please start again; your progress is saved.",
    },
    cancelled: { title: "Cancelled", text: "You can start again at any time." },

    invalid_request: broken,
    field_missing: broken,
    field_invalid: broken,
    not_found: setup,
    method_not_allowed: setup,
    rejected: broken,
    reply_not_json: broken,
    reply_invalid: broken,
    reply_too_large: broken,
    server_error: broken,
    unavailable: {
      title: "The service is temporarily unavailable",
      text: "Your progress is saved. Please try again in a moment.",
    },
    rate_limited: {
      title: "Too many attempts",
      text: "Please wait a moment and try again.",
    },
    unauthorized: access,
    invalid_client: access,
    token_expired: access,
    forbidden: access,
    session_not_found: access,
    token_unavailable: {
      title: "Your session could not be renewed",
      text: "Please check your connection and try again.",
    },
    consent_required: {
      title: "Your consent is missing",
      text: "Please start again and give your consent, so that we can verify you.",
    },
    step_conflict: {
      title: "This verification was continued elsewhere",
      text: "It may be open in another window. Please start again; your progress is saved.",
    },
    session_complete: ended,
    session_finalizing: {
      title: "Your documents are being checked",
      text: "Nothing can be changed while the check is made. Please wait a moment and try again.",
    },
    session_changed: {
      title: "Something changed during the check",
      text: "Perhaps it was continued in another window. Please try again.",
    },
    session_expired: ended,
    payload_too_large: {
      title: "This photo is too large",
      text: "Please take the photo again, or choose a smaller file.",
    },
    unsupported_media_type: image,
    image_invalid: image,
    request_timeout: {
      title: "The connection is slow",
      text: "Your progress is saved. Please try again, or move to a place with better reception.",
    },
    timeout: {
      title: "The connection is slow",
      text: "Your progress is saved. Please try again, or move to a place with better reception.",
    },
    network_failed: {
      title: "No connection",
      text: "Your progress is saved. Please check your internet connection and try again.",
    },

    image_empty: image,
    image_wrong_length: image,
    image_corrupt: image,
    image_unknown_format: {
      title: "This file is not an image",
      text: "Please choose a JPEG or PNG file, or take a photo.",
    },
    file_unreadable: {
      title: "This file can’t be read",
      text: "It may be stored online only. Please download it to this device first, or choose another photo.",
    },
    image_heic: {
      title: "This browser can’t open HEIC photos",
      text: "Please save the photo as JPEG, or take a new one with the camera.",
    },
    image_pdf: {
      title: "This file is a PDF",
      text: "Please take a photo of the document, or upload a JPEG or PNG.",
    },
    image_too_large: {
      title: "This photo is too large",
      text: "Please choose one of at most 100 megapixels, or take a photo.",
    },
    image_budget_too_small: image,
    invalid_option: setup,
    model_invalid: setup,
    model_missing: setup,
    mrz_invalid: image,
    aamva_invalid: image,

    not_initialised: setup,
    asset_unreachable: {
      title: "Part of this page didn’t load",
      text: "Please check your connection and try again.",
    },
    asset_invalid: setup,
    wasm_unsupported: browser,
    wasm_simd_missing: browser,
    wasm_blocked: setup,
    worker_failed: {
      title: "Part of this page didn’t load",
      text: "Please check your connection and try again.",
    },
    core_crashed: broken,
    closed: ended,
  },

  problems: {
    insecure_context: "Serve the page over HTTPS or from localhost: browsers block the camera elsewhere. Uploads work.",
    camera_unsupported:
      "This browser does not support the camera. Open the page in Chrome, Edge, Firefox or Safari, or upload.",
    in_app_browser: "Open the page in Chrome or Safari: this in-app browser does not support the camera. Uploads work.",
    camera_missing: "Connect a camera, open the page on a phone, or upload photos.",
    canvas_blocked:
      "Allow the page to read canvas data: this browser’s protection against tracking alters images. Uploads work.",
    camera_denied: "Allow the camera in the site’s settings, or upload photos.",
    location_denied: "Allow the location in the site’s settings, or pass `geolocation` with coordinates.",
    location_unavailable: "Turn on location services, or pass `geolocation` with coordinates.",
    wasm_unsupported: "Use a current browser; in Lockdown Mode, exclude this page.",
    wasm_simd_missing: "Update the browser: its WebAssembly does not support SIMD.",
    worker_failed: "Run the capture in a browser: this environment has no Worker.",
    offline: "Connect to the internet.",
  },
};

export default en;
