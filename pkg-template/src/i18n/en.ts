// English. Short sentences, one thought each, no blame and no jargon; the way on is always named.

import type { Texts } from "./texts.js";

/** Failures that are nobody's at the device: one text for all of them. */
const broken = {
  title: "Something went wrong on our side",
  text: "You did nothing wrong. Please try again, or come back a little later.",
};
const setup = {
  title: "This page is not set up correctly",
  text: "Verification cannot run here at the moment. Please tell the company that sent you here.",
};
const image = {
  title: "This picture cannot be used",
  text: "Please take the picture again, or choose another file, a JPEG or PNG if you can.",
};
const browser = {
  title: "Your browser is too old for this",
  text: "Please update it, or open this page in a current version of Chrome, Edge, Firefox or Safari.",
};
const ended = {
  title: "This verification has ended",
  text: "It was open for too long or is already finished. Please start again from where you came.",
};
const access = {
  title: "This link is no longer valid",
  text: "Please go back to where you came from and start again.",
};

export const en: Texts = {
  locale: "en",

  stepOf: (index, total) => `Step ${index} of ${total}`,
  starting: "Getting things ready…",

  consentTitle: "Let’s confirm it’s you",
  consentLead: "It takes about two minutes. You will need:",
  consentPoints: [
    "Your identity document, the original and not a copy",
    "Your face, for a short look into the camera",
    "Your location, recorded once with the pictures",
  ],
  consentPrivacy:
    "By continuing you agree that pictures of your document and your face, what is read from them, and your location are " +
    "sent to the company that asked for this check, to confirm your identity. Nothing of it is stored on this device.",
  consentAgree: "Agree and continue",
  consentDecline: "Not now",

  documentTypeTitle: "Which document do you have with you?",
  documentTypeLead: "It must be valid, and the original.",
  documentTypes: {
    driver_license: "Driving licence",
    identification_card: "Identity card",
    passport: "Passport",
    passport_card: "Passport card",
  },
  documentTypeHints: {
    driver_license: "Front and back",
    identification_card: "Front and back",
    passport: "The page with your photo",
    passport_card: "Front and back",
  },

  captureTitles: {
    front: "Front of your document",
    back: "Back of your document",
    passport: "Photo page of your passport",
    liveness: "Look into the camera",
  },
  captureLeads: {
    front: "Lay it on a dark, even surface in good light.",
    back: "Turn the document over.",
    passport: "Open it at the page with your photo and lay it flat.",
    liveness: "Hold the device at eye level, with light on your face.",
  },
  captureNow: "Take the picture",
  upload: "Upload a picture",
  uploadFace: "Upload a photo",
  uploadShort: "Upload",
  changeDocument: "Use another document",
  switchCamera: "Switch camera",
  switchLens: "Switch lens",
  torch: "Light",
  focus: "Focus",
  video: "Camera picture",
  openingCamera: "Opening the camera",
  openingCameraHint: "If your browser asks, allow the camera. Pictures are taken only on this screen.",
  locating: "Checking your location",
  locatingHint: "If your browser asks, allow the location. It is recorded once with the pictures.",
  guidance: {
    no_document: "Fit the document into the frame",
    move_closer: "Move closer",
    move_back: "Move back a little",
    centre_document: "Move it to the middle of the frame",
    tilt_less: "Hold the device parallel to the document",
    hold_still: "Hold still",
    too_dark: "More light, please",
    too_bright: "Too bright. Find softer light",
    glare: "Tilt a little to avoid the reflection",
    blurred: "Hold still until it is sharp",
    fingers_in_the_way: "Move your fingers off the document",
    wrong_document: "This is another kind of document",
    turn_over: "Turn the document over",
    wrong_side: "This looks like the other side",
    capturing: "Good. Hold still",
    no_face: "Bring your face into the oval",
    one_person_only: "Only one face, please",
    come_closer: "Come a little closer",
    move_back_face: "Move back a little",
    centre_face: "Move your face to the middle",
    look_straight: "Look straight into the camera",
    more_light: "Turn towards the light",
    less_light: "Too bright. Turn away from the light",
    light_from_front: "Turn so that the light falls on your face",
    remove_glare: "Tilt your head a little, or take off your glasses",
    open_eyes: "Keep your eyes open",
    face_changed: "We start again with this face",
    turn_left: "Turn your head to your left",
    turn_right: "Turn your head to your right",
    look_up: "Look up",
    look_down: "Look down",
    move_away: "Move back a little",
    blink: "Close your eyes for a moment",
    step_again: "Let’s try that again. Look straight ahead",
  },
  movementOf: (index, total) => `Movement ${index} of ${total}`,
  withoutMovements: "Go on without movements",
  providerTitle: "Look into the camera",

  reviewTitles: {
    front: "Is everything easy to read?",
    back: "Is everything easy to read?",
    liveness: "Is your face easy to see?",
  },
  reviewLead: "All four corners in the picture, no reflection, nothing covered.",
  reviewLeadFace: "Your whole face in the picture, eyes open, nothing covering it.",
  reviewImage: {
    front: "Picture of the front of your document",
    back: "Picture of the back of your document",
    liveness: "Picture of your face",
  },
  reviewRead: "Read from your document",
  documentNumber: "Number",
  primary: "Surname",
  secondary: "Given names",
  birthDate: "Date of birth",
  expiryDate: "Valid until",
  confirm: "Use this picture",
  retake: "Take it again",
  warnings: {
    document_expired: "This document has expired. It may not be accepted.",
    document_not_found: "No document was found in the picture.",
    mrz_not_read: "The lines of letters and <<< could not be read.",
    mrz_check_failed: "The lines of letters and <<< were read, but something in them does not fit.",
    wrong_side: "This looks like the other side of the document.",
    wrong_document: "This looks like another kind of document than you chose.",
    blurred: "The picture is not sharp.",
    glare: "A reflection covers part of the document.",
    too_dark: "The picture is dark.",
    too_bright: "The picture is very bright.",
    low_resolution: "The picture is small; details may be lost.",
    fingers_in_the_way: "Fingers cover a part of it.",
    sides_disagree: "Front and back seem to be of two different documents.",
    barcode_not_read: "The barcode could not be read.",
    face_not_found: "No face was found where there should be one.",
  },

  oneMoment: "One moment…",
  uploading: "Sending the picture…",
  sendingTitle: "Sending and checking",
  sendingLead: "Please keep this page open. It takes a moment.",
  sendingProgress: (done, total) => `${done} of ${total} done`,

  verifiedTitle: "You’re verified",
  verifiedLead: "Thank you. Everything went well and you can go on.",
  notVerifiedTitle: "We could not confirm your identity",
  notVerifiedLead:
    "Your pictures arrived, but the check did not succeed. The company that asked for it will tell you what " +
    "happens next.",
  authenticatedTitle: "It’s you",
  authenticatedLead: "Thank you. You were recognised and you can go on.",
  notAuthenticatedTitle: "We could not recognise you",
  notAuthenticatedLead:
    "Your pictures arrived, but they do not seem to show the person we know. The company that asked for it " +
    "will tell you what happens next.",

  retry: "Try again",
  restart: "Start again",
  useCamera: "Use the camera",
  settingsCamera: "To allow it: tap the icon beside the address, open the site’s settings, and set Camera to Allow.",
  settingsLocation:
    "To allow it: tap the icon beside the address, open the site’s settings, and set Location to Allow.",
  offline: "You are offline. It goes on as soon as the connection is back.",
  errorCode: (code) => `Code: ${code}`,

  errors: {
    consent_declined: {
      title: "Nothing was sent",
      text: "Without your consent the check cannot be made. You can change your mind at any time.",
    },
    location_denied: {
      title: "Your location is blocked",
      text: "The check needs to record once where it is made. Please allow the location for this page.",
    },
    location_unavailable: {
      title: "Your location is not known",
      text: "Please switch on the location of this device, or move to where it has reception.",
    },
    location_timeout: {
      title: "Finding your location took too long",
      text: "Please check that the location of this device is on, and try again.",
    },
    location_invalid: setup,
    camera_denied: {
      title: "The camera is blocked",
      text: "Please allow the camera for this page, or upload a picture instead.",
    },
    camera_missing: {
      title: "No camera found",
      text: "You can upload a picture, or open this page on a phone.",
    },
    camera_busy: {
      title: "The camera is in use",
      text: "Another app or tab holds it. Please close that one and try again, or upload a picture.",
    },
    insecure_context: {
      title: "The camera needs a secure page",
      text: "This page was not opened over HTTPS, so the browser keeps the camera closed. You can upload a picture.",
    },
    camera_unsupported: {
      title: "This browser gives no camera",
      text: "Browsers inside other apps often do not. Please open this page in Chrome or Safari, or upload a picture.",
    },
    camera_failed: {
      title: "The camera did not start",
      text: "Please try again, or upload a picture.",
    },
    camera_lost: {
      title: "The camera was switched off",
      text: "It was unplugged, or another app took it. Please try again, or upload a picture.",
    },
    model_failed: {
      title: "A part of this page did not load",
      text: "Please check your connection and try again.",
    },
    liveness_provider_unsupported: setup,
    liveness_provider_failed: {
      title: "That did not work",
      text: "The look into the camera was not finished. Please try again.",
    },
    challenge_failed: {
      title: "We did not see the movements",
      text: "Please try again, a little slower. If you cannot move your head, go on without the movements.",
    },
    face_not_found: {
      title: "No face found",
      text: "Please use a picture that shows your whole face from the front, in good light.",
    },
    same_side: {
      title: "That was the same side",
      text: "Please turn the document over and take a picture of its back.",
    },
    flow_conflict: {
      title: "This went out of step",
      text: "Perhaps it was continued in another window. Please start again; what was sent is kept.",
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
      title: "The service is taking a break",
      text: "What you did so far is kept. Please try again in a moment.",
    },
    rate_limited: {
      title: "Too many attempts at once",
      text: "Please wait a moment and try again.",
    },
    unauthorized: access,
    token_expired: access,
    forbidden: access,
    session_not_found: access,
    token_unavailable: {
      title: "Your sign-in could not be refreshed",
      text: "Please check your connection and try again.",
    },
    consent_required: {
      title: "Your consent is missing",
      text: "Please start again and agree, so that the check can be made.",
    },
    step_conflict: {
      title: "This went out of step",
      text: "Perhaps it was continued in another window. Please start again; what was sent is kept.",
    },
    session_complete: ended,
    session_expired: ended,
    payload_too_large: {
      title: "This picture is too large",
      text: "Please take the picture again, or choose a smaller file.",
    },
    unsupported_media_type: image,
    image_invalid: image,
    request_timeout: {
      title: "The connection is slow",
      text: "Nothing is lost. Please try again, perhaps where reception is better.",
    },
    timeout: {
      title: "The connection is slow",
      text: "Nothing is lost. Please try again, perhaps where reception is better.",
    },
    network_failed: {
      title: "No connection",
      text: "Nothing is lost. Please check your internet connection and try again.",
    },

    image_empty: image,
    image_wrong_length: image,
    image_corrupt: image,
    image_unknown_format: {
      title: "This file is not a picture",
      text: "Please choose a JPEG or PNG file, or take a picture.",
    },
    image_too_large: {
      title: "This picture is too large",
      text: "Please choose one of at most 40 megapixels, or take a picture.",
    },
    image_budget_too_small: image,
    invalid_option: setup,
    model_invalid: setup,
    model_missing: setup,
    mrz_invalid: image,
    aamva_invalid: image,

    not_initialised: setup,
    asset_unreachable: {
      title: "A part of this page did not load",
      text: "Please check your connection and try again.",
    },
    asset_invalid: setup,
    wasm_unsupported: browser,
    wasm_simd_missing: browser,
    wasm_blocked: setup,
    worker_failed: {
      title: "A part of this page did not load",
      text: "Please check your connection and try again.",
    },
    core_crashed: broken,
    closed: ended,
  },

  problems: {
    insecure_context: "Serve the page over HTTPS (or from localhost): browsers open no camera elsewhere. Upload works.",
    camera_unsupported:
      "This browser gives pages no camera. Open the page in Chrome, Edge, Firefox or Safari, or upload.",
    in_app_browser:
      "Open the page in Chrome or Safari: the browser inside this app gives pages no camera. Upload works.",
    camera_missing: "Connect a camera, open the page on a phone, or upload pictures.",
    camera_denied: "Allow the camera in the site’s settings, or upload pictures.",
    location_denied: "Allow the location in the site’s settings, or pass `geolocation` with coordinates.",
    location_unavailable: "Switch on the device’s location, or pass `geolocation` with coordinates.",
    wasm_unsupported: "Use a current browser; in lockdown mode, make an exception for this page.",
    wasm_simd_missing: "Update the browser: its WebAssembly has no SIMD.",
    worker_failed: "Run the capture in a browser: this environment has no Worker.",
    offline: "Connect to the internet.",
  },
};
