// Arabic (Modern Standard). Formal address; the terms are those of docs/languages.md. Written from right to left.

import type { Texts } from "./texts.js";

const broken = {
  title: "حدث خطأ من جانبنا",
  text: "لم ترتكب أي خطأ. يُرجى المحاولة مرة أخرى أو العودة لاحقًا.",
};
const setup = {
  title: "لم تُضبط هذه الصفحة بشكل صحيح",
  text: "التحقق غير متاح حاليًا. يُرجى التواصل مع الشركة التي أرسلتك إلى هنا.",
};
const image = {
  title: "لا يمكن استخدام هذه الصورة",
  text: "يُرجى التقاط الصورة مرة أخرى أو اختيار ملف آخر، ويُفضَّل JPEG أو PNG.",
};
const browser = {
  title: "متصفحك قديم",
  text: "يُرجى تحديثه أو فتح هذه الصفحة في إصدار حديث من Chrome أو Edge أو Firefox أو Safari.",
};
const ended = {
  title: "انتهت عملية التحقق هذه",
  text: "انتهت صلاحيتها أو اكتملت. يُرجى العودة إلى حيث بدأت والبدء من جديد.",
};
const access = {
  title: "لم يعد هذا الرابط صالحًا",
  text: "يُرجى العودة إلى حيث بدأت والبدء من جديد.",
};
const notLoaded = {
  title: "لم يُحمَّل جزء من الصفحة",
  text: "يُرجى التحقق من الاتصال والمحاولة مرة أخرى.",
};
const slow = {
  title: "الاتصال بطيء",
  text: "تم حفظ تقدمك. يُرجى المحاولة مرة أخرى أو الانتقال إلى مكان تغطيته أفضل.",
};
const elsewhere = {
  title: "استُكملت عملية التحقق في مكان آخر",
  text: "ربما كانت مفتوحة في نافذة أخرى. يُرجى البدء من جديد؛ تم حفظ تقدمك.",
};

export const ar: Texts = {
  locale: "ar",

  language: "اللغة",
  stepOf: "الخطوة {index} من {total}",
  starting: "جارٍ التحضير…",

  consentTitle: "لنتأكد من هويتك",
  consentLead: "يستغرق ذلك نحو دقيقتين. ستحتاج إلى:",
  consentPoints: [
    "وثيقة هويتك: الأصل وليس نسخة",
    "وجهك لالتقاط صورة ذاتية قصيرة",
    "موقعك الجغرافي، ويُسجَّل مرة واحدة مع الصور",
  ],
  consentPrivacy:
    "بالمتابعة، أنت توافق على إرسال صور وثيقتك ووجهك والبيانات المقروءة منها وموقعك إلى الشركة التي طلبت هذا التحقق، " +
    "لتأكيد هويتك. لا يُحفظ شيء من ذلك على هذا الجهاز.",
  consentPrivacyWithoutLocation:
    "بالمتابعة، أنت توافق على إرسال صور وثيقتك ووجهك والبيانات المقروءة منها إلى الشركة التي طلبت هذا التحقق، " +
    "لتأكيد هويتك. لا يُحفظ شيء من ذلك على هذا الجهاز.",
  controllerAsks: "تطلب {name} تأكيد هويتك.",
  controllerPurpose: "الغرض",
  controllerRetention: "مدة الاحتفاظ",
  controllerPrivacy: "سياسة الخصوصية",
  controllerSupport: "المساعدة",
  consentAgree: "الموافقة والمتابعة",
  consentDecline: "ليس الآن",

  documentTypeTitle: "أي وثيقة تريد استخدامها؟",
  documentTypeLead: "يجب أن تكون الوثيقة أصلية وسارية.",
  documentTypes: {
    driver_license: "رخصة قيادة",
    identification_card: "بطاقة هوية",
    passport: "جواز سفر",
    passport_card: "بطاقة جواز سفر",
  },
  documentTypeHints: {
    driver_license: "الوجه الأمامي والخلفي",
    identification_card: "الوجه الأمامي والخلفي. وتصلح بطاقة الإقامة أيضًا",
    passport: "صفحة الصورة",
    passport_card: "الوجه الأمامي والخلفي",
  },

  captureTitles: {
    front: "الوجه الأمامي للوثيقة",
    back: "الوجه الخلفي للوثيقة",
    passport: "صفحة الصورة في جواز السفر",
    liveness: "انظر إلى الكاميرا",
  },
  captureLeads: {
    front: "ضع الوثيقة على سطح داكن ومستوٍ في إضاءة جيدة.",
    back: "اقلب الوثيقة.",
    passport: "افتح صفحة الصورة وضع الجواز مستويًا.",
    liveness: "أمسك الجهاز على مستوى عينيك، على أن يكون الضوء على وجهك.",
  },
  captureNow: "التقاط صورة",
  upload: "رفع صورة",
  uploadFace: "رفع صورة",
  uploadShort: "رفع",
  uploadCamera: "فتح الكاميرا",
  changeDocument: "استخدام وثيقة أخرى",
  switchCamera: "تبديل الكاميرا",
  switchLens: "تبديل العدسة",
  torch: "الضوء",
  focus: "التركيز",
  video: "معاينة الكاميرا",
  openingCamera: "جارٍ تشغيل الكاميرا",
  openingCameraHint: "إذا سأل المتصفح، فاسمح بالوصول إلى الكاميرا. لا تُلتقط الصور إلا في هذه الشاشة.",
  cameraWaitingHint: "لم تستجب الكاميرا بعد. إذا طلب المتصفح الإذن، فاسمح به. يمكنك أيضًا رفع صورة.",
  cameraPaused: "توقفت الكاميرا مؤقتًا. جارٍ تشغيلها من جديد…",
  locating: "جارٍ تحديد موقعك",
  locatingHint: "إذا سأل المتصفح، فاسمح بالوصول إلى موقعك. يُسجَّل مرة واحدة مع الصور.",
  locatingWaitingHint: "يستغرق ذلك وقتًا أطول من المعتاد. تحقّق من تشغيل خدمات الموقع ومن السماح بها لهذه الصفحة.",
  locationWhy: "يبيّن الموقع مكان التقاط الصور ويساعد على منع إساءة استخدام هويتك.",
  withoutLocation: "المتابعة دون الموقع",
  howTo: "أرني كيف",
  howToClose: "فهمت",
  guidance: {
    no_document: "ضع الوثيقة داخل الإطار",
    move_closer: "اقترب أكثر",
    move_back: "ابتعد قليلًا",
    move_left: "حرّك الوثيقة إلى اليسار",
    move_right: "حرّك الوثيقة إلى اليمين",
    move_up: "حرّك الوثيقة إلى أعلى",
    move_down: "حرّك الوثيقة إلى أسفل",
    tilt_top_away: "أمِل أعلى الجهاز بعيدًا عنك",
    tilt_top_closer: "أمِل أعلى الجهاز نحوك",
    tilt_left_away: "أمِل الجانب الأيسر من الجهاز بعيدًا عنك",
    tilt_right_away: "أمِل الجانب الأيمن من الجهاز بعيدًا عنك",
    hold_still: "اثبت",
    too_dark: "ابحث عن إضاءة أكثر",
    too_bright: "الإضاءة شديدة. ابحث عن ضوء أخف",
    glare: "أمِل قليلًا لتجنب الانعكاس",
    blurred: "اثبت حتى تضبط الكاميرا التركيز",
    fingers_in_the_way: "أبعد أصابعك عن الوثيقة",
    wrong_document: "هذه وثيقة من نوع آخر",
    turn_over: "اقلب الوثيقة",
    wrong_side: "يبدو أن هذا هو الوجه الآخر",
    open_photo_page: "افتح جواز السفر على صفحة الصورة",
    not_identity_document: "لا تبدو هذه وثيقة هوية. أظهر الوجه الذي عليه الصورة",
    show_mrz: "أظهر الوجه الذي عليه أسطر <<< كاملًا",
    checking: "جارٍ التحقق. اثبت",
    plain_background: "ضع الوثيقة على سطح موحّد اللون ومختلف عنها",
    use_torch: "شغّل الضوء",
    use_button: "إن لم ينجح ذلك، فالتقط الصورة بالزر",
    capturing: "رائع. اثبت",
    no_face: "ضع وجهك داخل الشكل البيضوي",
    one_person_only: "تأكد من أنك وحدك في الصورة",
    come_closer: "اقترب قليلًا",
    move_back_face: "ابتعد قليلًا",
    move_head_left: "تحرّك قليلًا إلى يسارك",
    move_head_right: "تحرّك قليلًا إلى يمينك",
    move_head_up: "ارتفع قليلًا، أو اخفض الكاميرا",
    move_head_down: "انخفض قليلًا، أو ارفع الكاميرا",
    look_straight: "انظر مباشرة إلى الكاميرا",
    more_light: "استدر نحو الضوء",
    less_light: "الإضاءة شديدة. استدر بعيدًا عن الضوء",
    light_from_front: "واجه الضوء",
    remove_glare: "أمِل رأسك قليلًا أو انزع نظارتك",
    open_eyes: "أبقِ عينيك مفتوحتين",
    face_changed: "تم رصد وجه آخر. سنبدأ من جديد",
    turn_left: "أدِر رأسك إلى يسارك",
    turn_right: "أدِر رأسك إلى يمينك",
    look_up: "انظر إلى أعلى",
    look_down: "انظر إلى أسفل",
    move_away: "ابتعد قليلًا",
    blink: "أغمض عينيك للحظة",
    step_again: "لنحاول مرة أخرى. انظر إلى الأمام",
  },
  movementOf: "الحركة {index} من {total}",
  withoutMovements: "المتابعة دون حركات",
  providerTitle: "انظر إلى الكاميرا",

  reviewTitles: {
    front: "هل كل شيء مقروء؟",
    back: "هل كل شيء مقروء؟",
    liveness: "هل وجهك واضح؟",
  },
  reviewLead: "تأكد من ظهور الزوايا الأربع دون انعكاس ودون أن يحجب شيء أي جزء.",
  reviewLeadFace: "تأكد من ظهور وجهك كاملًا، وعيناك مفتوحتان، ولا شيء يحجبه.",
  reviewImage: {
    front: "صورة الوجه الأمامي للوثيقة",
    back: "صورة الوجه الخلفي للوثيقة",
    liveness: "صورة وجهك",
  },
  reviewZoom: "تكبير",
  reviewRead: "مقروء من وثيقتك",
  documentNumber: "رقم الوثيقة",
  primary: "اسم العائلة",
  secondary: "الأسماء الشخصية",
  birthDate: "تاريخ الميلاد",
  expiryDate: "تاريخ الانتهاء",
  confirm: "استخدام هذه الصورة",
  retake: "إعادة الالتقاط",
  warnings: {
    document_expired: "انتهت صلاحية هذه الوثيقة. قد لا تُقبل.",
    document_not_found: "لم يُعثر على وثيقة في الصورة.",
    mrz_not_read: "تعذرت قراءة الأسطر التي تحتوي على <<< في الأسفل.",
    mrz_check_failed: "في الأسطر التي تحتوي على <<< في الأسفل خطأ، أو لم تُقرأ بشكل صحيح.",
    wrong_side: "يبدو أن هذا هو الوجه الآخر للوثيقة.",
    wrong_document: "يبدو أن هذه الوثيقة ليست من النوع الذي اخترته.",
    blurred: "الصورة غير واضحة.",
    glare: "يحجب الانعكاس جزءًا من الوثيقة.",
    too_dark: "الصورة داكنة جدًا.",
    too_bright: "الصورة ساطعة جدًا.",
    low_resolution: "دقة الصورة منخفضة. قد تضيع بعض التفاصيل.",
    fingers_in_the_way: "تحجب الأصابع جزءًا من الوثيقة.",
    sides_disagree: "يبدو أن الوجهين الأمامي والخلفي من وثيقتين مختلفتين.",
    barcode_not_read: "تعذرت قراءة الرمز الشريطي.",
    face_not_found: "لم يُعثر على صورة شخصية في الوثيقة.",
  },

  oneMoment: "لحظة واحدة…",
  uploading: "جارٍ إرسال الصورة…",
  uploadingPart: "جارٍ إرسال الصورة: {percent}",
  cancelUpload: "إلغاء الإرسال",
  sendingTitle: "الإرسال والتحقق",
  sendingLead: "يُرجى إبقاء هذه الصفحة مفتوحة. يستغرق ذلك لحظات.",
  sendingProgress: {
    zero: "اكتمل {done} من {total} خطوة",
    one: "اكتمل {done} من {total} خطوة",
    two: "اكتمل {done} من {total} خطوتين",
    few: "اكتمل {done} من {total} خطوات",
    many: "اكتمل {done} من {total} خطوة",
    other: "اكتمل {done} من {total} خطوة",
  },

  handoff: {
    offer: "المتابعة على الهاتف",
    title: "تابع على هاتفك",
    lead: "وجّه كاميرا هاتفك إلى الرمز وافتح الرابط. أبقِ هذه الصفحة مفتوحة، فهي تتابع من تلقاء نفسها.",
    code: "رمز يحمل الرابط لهاتفك",
    copy: "نسخ الرابط",
    copied: "نُسخ الرابط",
    renew: "رمز جديد",
    waiting: "في انتظار هاتفك…",
    follows: "انتقل التحقق إلى هاتفك، وهذه الصفحة تتابعه.",
    back: "المتابعة هنا",
    failed: "تعذّر إنشاء الرمز. يُرجى المحاولة مرة أخرى.",
  },

  verifiedTitle: "تم التحقق من هويتك",
  verifiedLead: "شكرًا لك. يمكنك المتابعة.",
  notVerifiedTitle: "لم نتمكن من تأكيد هويتك",
  notVerifiedLead: "استلمنا صورك، لكن التحقق لم ينجح. ستخبرك الشركة التي طلبته بالخطوة التالية.",
  authenticatedTitle: "هذا أنت",
  authenticatedLead: "شكرًا لك. تعرّفنا عليك، ويمكنك المتابعة.",
  notAuthenticatedTitle: "لم نتمكن من التعرف عليك",
  notAuthenticatedLead:
    "استلمنا صورك، لكن لا يبدو أنها للشخص المسجل لدينا. ستخبرك الشركة التي طلبت التحقق بالخطوة التالية.",

  retry: "المحاولة مرة أخرى",
  restart: "البدء من جديد",
  useCamera: "استخدام الكاميرا",
  settingsCamera: {
    ios: "افتح إعدادات الجهاز وابحث عن متصفحك واسمح له بالكاميرا.",
    android: "اضغط على الرمز بجوار العنوان وافتح الأذونات واسمح بالكاميرا.",
    desktop: "اضغط على الرمز بجوار العنوان واسمح بالكاميرا.",
    in_app: "فُتحت هذه الصفحة داخل تطبيق آخر. افتح قائمته واختر فتح الصفحة في المتصفح.",
    system: "يمنع جهازك المتصفح من استخدام الكاميرا. افتح إعدادات الجهاز واسمح للمتصفح بالكاميرا.",
  },
  settingsLocation: {
    ios: "افتح إعدادات الجهاز ثم الخصوصية ثم خدمات الموقع، واسمح لمتصفحك باستخدام موقعك.",
    android: "اضغط على الرمز بجوار العنوان وافتح الأذونات واسمح بالموقع الجغرافي.",
    desktop: "اضغط على الرمز بجوار العنوان واسمح بالموقع الجغرافي.",
    in_app: "فُتحت هذه الصفحة داخل تطبيق آخر. افتح قائمته واختر فتح الصفحة في المتصفح.",
    system: "خدمات الموقع متوقفة لهذا المتصفح. شغّلها من إعدادات الجهاز.",
  },
  offline: "لا يوجد اتصال بالإنترنت. سنتابع فور عودة الاتصال.",
  errorCode: "الرمز: {code}",

  errors: {
    consent_declined: {
      title: "لم يُرسل أي شيء",
      text: "لا يمكننا التحقق من هويتك دون موافقتك. يمكنك تغيير رأيك في أي وقت.",
    },
    location_denied: {
      title: "الوصول إلى موقعك محظور",
      text: "يُسجَّل موقعك مرة واحدة مع الصور. يُرجى السماح لهذه الصفحة باستخدامه.",
    },
    location_unavailable: {
      title: "موقعك غير متاح",
      text: "يُرجى تشغيل خدمات الموقع على هذا الجهاز أو الانتقال إلى مكان تغطيته أفضل.",
    },
    location_timeout: {
      title: "استغرق تحديد موقعك وقتًا طويلًا",
      text: "يُرجى التأكد من تشغيل خدمات الموقع والمحاولة مرة أخرى.",
    },
    location_invalid: setup,
    camera_denied: {
      title: "الوصول إلى الكاميرا محظور",
      text: "يُرجى السماح لهذه الصفحة باستخدام الكاميرا أو رفع صورة بدلًا من ذلك.",
    },
    camera_missing: {
      title: "لم يُعثر على كاميرا",
      text: "يمكنك رفع صورة أو فتح هذه الصفحة على هاتف.",
    },
    camera_busy: {
      title: "الكاميرا قيد الاستخدام",
      text: "يستخدمها تطبيق آخر أو علامة تبويب أخرى. يُرجى إغلاقها والمحاولة مرة أخرى أو رفع صورة.",
    },
    insecure_context: {
      title: "تحتاج الكاميرا إلى اتصال آمن",
      text: "لم تُفتح هذه الصفحة عبر HTTPS، لذلك يحظر المتصفح الكاميرا. يمكنك رفع صورة.",
    },
    camera_unsupported: {
      title: "هذا المتصفح لا يدعم الكاميرا",
      text: "يحدث ذلك في المتصفحات داخل التطبيقات. يُرجى فتح الصفحة في Chrome أو Safari أو رفع صورة.",
    },
    camera_failed: {
      title: "لم تعمل الكاميرا",
      text: "يُرجى المحاولة مرة أخرى أو رفع صورة.",
    },
    canvas_blocked: {
      title: "يخفي متصفحك بيانات الصور",
      text: "تغيّر الحماية من التتبّع الصور. يُرجى السماح لهذه الصفحة بقراءة بيانات اللوحة أو رفع صورة JPEG.",
    },
    camera_lost: {
      title: "توقفت الكاميرا",
      text: "فُصلت أو يستخدمها تطبيق آخر. يُرجى المحاولة مرة أخرى أو رفع صورة.",
    },
    model_failed: notLoaded,
    liveness_provider_unsupported: setup,
    liveness_provider_failed: {
      title: "لم ينجح ذلك",
      text: "لم يكتمل التحقق بالكاميرا. يُرجى المحاولة مرة أخرى.",
    },
    challenge_failed: {
      title: "لم نرصد الحركات",
      text: "يُرجى المحاولة مرة أخرى ببطء أكثر. إذا كنت لا تستطيع تحريك رأسك، فتابع دون حركات.",
    },
    face_not_found: {
      title: "لم يُعثر على وجه",
      text: "يُرجى استخدام صورة يظهر فيها وجهك كاملًا من الأمام في إضاءة جيدة.",
    },
    same_side: {
      title: "هذا هو الوجه نفسه",
      text: "يُرجى قلب الوثيقة والتقاط صورة لوجهها الخلفي.",
    },
    flow_conflict: elsewhere,
    cancelled: { title: "تم الإلغاء", text: "يمكنك البدء من جديد في أي وقت." },

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
      title: "الخدمة غير متاحة مؤقتًا",
      text: "تم حفظ تقدمك. يُرجى المحاولة مرة أخرى بعد قليل.",
    },
    rate_limited: {
      title: "محاولات كثيرة جدًا",
      text: "يُرجى الانتظار قليلًا ثم المحاولة مرة أخرى.",
    },
    unauthorized: access,
    invalid_client: access,
    token_expired: access,
    forbidden: access,
    session_not_found: access,
    token_unavailable: {
      title: "تعذر تجديد جلستك",
      text: "يُرجى التحقق من الاتصال والمحاولة مرة أخرى.",
    },
    consent_required: {
      title: "موافقتك غير موجودة",
      text: "يُرجى البدء من جديد وإعطاء موافقتك حتى نتمكن من التحقق من هويتك.",
    },
    step_conflict: elsewhere,
    session_complete: ended,
    session_finalizing: {
      title: "جارٍ التحقق من وثائقك",
      text: "لا يمكن تغيير أي شيء أثناء التحقق. يُرجى الانتظار قليلًا ثم المحاولة مرة أخرى.",
    },
    session_changed: {
      title: "تغيّر شيء أثناء التحقق",
      text: "ربما استُكمل في نافذة أخرى. يُرجى المحاولة مرة أخرى.",
    },
    session_expired: ended,
    payload_too_large: {
      title: "الصورة كبيرة جدًا",
      text: "يُرجى التقاط الصورة مرة أخرى أو اختيار ملف أصغر.",
    },
    unsupported_media_type: image,
    image_invalid: image,
    request_timeout: slow,
    timeout: slow,
    network_failed: {
      title: "لا يوجد اتصال",
      text: "تم حفظ تقدمك. يُرجى التحقق من اتصال الإنترنت والمحاولة مرة أخرى.",
    },

    image_empty: image,
    image_wrong_length: image,
    image_corrupt: image,
    image_unknown_format: {
      title: "هذا الملف ليس صورة",
      text: "يُرجى اختيار ملف JPEG أو PNG أو التقاط صورة.",
    },
    file_unreadable: {
      title: "تعذّرت قراءة الملف",
      text: "قد يكون محفوظًا على الإنترنت فقط. يُرجى تنزيله إلى الجهاز أولًا أو اختيار صورة أخرى.",
    },
    image_heic: {
      title: "لا يفتح هذا المتصفح صور HEIC",
      text: "يُرجى حفظ الصورة بصيغة JPEG أو التقاط صورة جديدة بالكاميرا.",
    },
    image_pdf: {
      title: "هذا ملف PDF",
      text: "يُرجى تصوير الوثيقة أو رفع صورة JPEG أو PNG.",
    },
    image_too_large: {
      title: "الصورة كبيرة جدًا",
      text: "يُرجى اختيار صورة لا تتجاوز 100 ميغابكسل أو التقاط صورة.",
    },
    image_budget_too_small: image,
    invalid_option: setup,
    model_invalid: setup,
    model_missing: setup,
    mrz_invalid: image,
    aamva_invalid: image,

    not_initialised: setup,
    asset_unreachable: notLoaded,
    asset_invalid: setup,
    wasm_unsupported: browser,
    wasm_simd_missing: browser,
    wasm_blocked: setup,
    worker_failed: notLoaded,
    core_crashed: broken,
    closed: ended,
  },

  problems: {
    insecure_context: "افتح الصفحة عبر HTTPS أو من localhost: تحظر المتصفحات الكاميرا فيما عدا ذلك. الرفع يعمل.",
    camera_unsupported:
      "هذا المتصفح لا يدعم الكاميرا. افتح الصفحة في Chrome أو Edge أو Firefox أو Safari أو ارفع صورة.",
    in_app_browser: "افتح الصفحة في Chrome أو Safari: المتصفح داخل هذا التطبيق لا يدعم الكاميرا. الرفع يعمل.",
    camera_missing: "وصّل كاميرا أو افتح الصفحة على هاتف أو ارفع صورًا.",
    canvas_blocked: "اسمح للصفحة بقراءة بيانات اللوحة: تغيّر الحماية من التتبّع الصور. رفع الملفات يعمل.",
    camera_denied: "اسمح بالكاميرا في إعدادات الموقع أو ارفع صورًا.",
    location_denied: "اسمح بالموقع الجغرافي في إعدادات الموقع أو مرّر الإحداثيات في `geolocation`.",
    location_unavailable: "شغّل خدمات الموقع أو مرّر الإحداثيات في `geolocation`.",
    wasm_unsupported: "استخدم متصفحًا حديثًا؛ وفي وضع التأمين استثنِ هذه الصفحة.",
    wasm_simd_missing: "حدّث المتصفح: لا يدعم WebAssembly فيه SIMD.",
    worker_failed: "شغّل الالتقاط في متصفح: لا يوجد Worker في هذه البيئة.",
    offline: "اتصل بالإنترنت.",
  },
};

export default ar;
