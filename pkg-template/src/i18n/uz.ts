// Uzbek (Latin). Formal address; the terms are those of docs/languages.md. oʻ and gʻ are written with U+02BB.

import type { Texts } from "./texts.js";

const broken = {
  title: "Biz tomonda xatolik yuz berdi",
  text: "Siz hammasini toʻgʻri qildingiz. Qayta urinib koʻring yoki keyinroq qayting.",
};
const setup = {
  title: "Sahifa notoʻgʻri sozlangan",
  text: "Tekshiruv hozir mavjud emas. Sizni bu yerga yuborgan kompaniyaga murojaat qiling.",
};
const image = {
  title: "Bu surat yaroqsiz",
  text: "Qaytadan suratga oling yoki boshqa fayl tanlang. JPEG yoki PNG boʻlgani maʼqul.",
};
const browser = {
  title: "Brauzeringiz eskirgan",
  text: "Uni yangilang yoki sahifani Chrome, Edge, Firefox yoki Safari brauzerining yangi versiyasida oching.",
};
const ended = {
  title: "Bu tekshiruv yakunlangan",
  text: "Muddati oʻtgan yoki tekshiruv tugagan. Boshlagan joyingizga qayting va qaytadan boshlang.",
};
const access = {
  title: "Havola endi yaroqsiz",
  text: "Boshlagan joyingizga qayting va qaytadan boshlang.",
};
const notLoaded = {
  title: "Sahifaning bir qismi yuklanmadi",
  text: "Internet aloqasini tekshiring va qayta urinib koʻring.",
};
const slow = {
  title: "Aloqa sekin",
  text: "Maʼlumotlaringiz saqlandi. Qayta urinib koʻring yoki aloqa yaxshiroq joyga oʻting.",
};
const elsewhere = {
  title: "Tekshiruv boshqa joyda davom ettirildi",
  text: "U boshqa oynada ochiq boʻlishi mumkin. Qaytadan boshlang: maʼlumotlaringiz saqlandi.",
};

export const uz: Texts = {
  locale: "uz",

  language: "Til",
  stepOf: "{total} qadamdan {index}-qadam",
  starting: "Tayyorlanmoqda…",

  consentTitle: "Shaxsingizni tasdiqlang",
  consentLead: "Bu taxminan ikki daqiqa oladi. Sizga kerak boʻladi:",
  consentPoints: [
    "Shaxsingizni tasdiqlovchi hujjat: nusxasi emas, asli",
    "Yuzingiz — qisqa selfi uchun",
    "Joylashuvingiz — suratlar bilan birga bir marta yoziladi",
  ],
  consentPrivacy:
    "Davom etish orqali siz hujjatingiz va yuzingiz suratlari, ulardan oʻqilgan maʼlumotlar va joylashuvingiz " +
    "shaxsingizni tasdiqlash uchun tekshiruvni soʻragan kompaniyaga yuborilishiga rozilik bildirasiz. Bu qurilmada " +
    "hech narsa saqlanmaydi.",
  consentPrivacyWithoutLocation:
    "Davom etish orqali siz hujjatingiz va yuzingiz suratlari hamda ulardan oʻqilgan maʼlumotlar shaxsingizni " +
    "tasdiqlash uchun tekshiruvni soʻragan kompaniyaga yuborilishiga rozilik bildirasiz. Bu qurilmada hech narsa " +
    "saqlanmaydi.",
  controllerAsks: "{name} shaxsingizni tasdiqlashni soʻraydi.",
  controllerPurpose: "Maqsadi",
  controllerRetention: "Saqlash muddati",
  controllerPrivacy: "Maxfiylik siyosati",
  controllerSupport: "Yordam",
  consentAgree: "Rozi boʻlish va davom etish",
  consentDecline: "Hozir emas",

  documentTypeTitle: "Qaysi hujjatdan foydalanasiz?",
  documentTypeLead: "Hujjat amalda va asl nusxa boʻlishi kerak.",
  documentTypes: {
    driver_license: "Haydovchilik guvohnomasi",
    identification_card: "ID-karta",
    passport: "Pasport",
    passport_card: "Pasport kartasi",
  },
  documentTypeHints: {
    driver_license: "Old va orqa tomoni",
    identification_card: "Old va orqa tomoni. Yashash guvohnomasi ham mumkin",
    passport: "Surat bor sahifasi",
    passport_card: "Old va orqa tomoni",
  },

  captureTitles: {
    front: "Hujjatning old tomoni",
    back: "Hujjatning orqa tomoni",
    passport: "Pasportning surat bor sahifasi",
    liveness: "Kameraga qarang",
  },
  captureLeads: {
    front: "Hujjatni yorugʻ joyda toʻq rangli tekis yuzaga qoʻying.",
    back: "Hujjatni aylantiring.",
    passport: "Surat bor sahifasini oching va pasportni tekis qoʻying.",
    liveness: "Qurilmani koʻz balandligida ushlang. Yorugʻlik yuzingizga tushsin.",
  },
  captureNow: "Suratga olish",
  upload: "Surat yuklash",
  uploadFace: "Surat yuklash",
  uploadShort: "Yuklash",
  uploadCamera: "Kamerani ochish",
  changeDocument: "Boshqa hujjat tanlash",
  switchCamera: "Kamerani almashtirish",
  switchLens: "Obyektivni almashtirish",
  torch: "Chiroq",
  focus: "Fokus",
  video: "Kamera tasviri",
  openingCamera: "Kamera yoqilmoqda",
  openingCameraHint: "Brauzer soʻrasa, kameraga ruxsat bering. Surat faqat shu ekranda olinadi.",
  cameraWaitingHint: "Kamera hozircha javob bermayapti. Brauzer soʻrasa, ruxsat bering. Surat yuklashingiz ham mumkin.",
  cameraPaused: "Kamera toʻxtab qoldi. Qayta ishga tushirilmoqda…",
  locating: "Joylashuvingiz aniqlanmoqda",
  locatingHint: "Brauzer soʻrasa, joylashuvga ruxsat bering. U suratlar bilan birga bir marta yoziladi.",
  locatingWaitingHint:
    "Bu odatdagidan uzoq davom etmoqda. Geolokatsiya yoqilganini va unga ruxsat berilganini tekshiring.",
  locationWhy:
    "Joylashuv suratlar qayerda olinganini koʻrsatadi va maʼlumotlaringizni begonalar ishlatishidan himoya " +
    "qilishga yordam beradi.",
  withoutLocation: "Joylashuvsiz davom etish",
  howTo: "Qanday olishni koʻrsatish",
  howToClose: "Tushunarli",
  guidance: {
    no_document: "Hujjatni ramkaga joylang",
    move_closer: "Yaqinlashtiring",
    move_back: "Biroz uzoqlashtiring",
    move_left: "Hujjatni chapga suring",
    move_right: "Hujjatni oʻngga suring",
    move_up: "Hujjatni yuqoriga suring",
    move_down: "Hujjatni pastga suring",
    tilt_top_away: "Qurilmaning yuqori qismini oʻzingizdan nariga eging",
    tilt_top_closer: "Qurilmaning yuqori qismini oʻzingizga qarab eging",
    tilt_left_away: "Qurilmaning chap tomonini oʻzingizdan nariga eging",
    tilt_right_away: "Qurilmaning oʻng tomonini oʻzingizdan nariga eging",
    hold_still: "Qimirlatmang",
    too_dark: "Yorugʻroq joy toping",
    too_bright: "Juda yorugʻ. Yumshoqroq yorugʻlik toping",
    glare: "Yaltirash yoʻqolishi uchun biroz egib turing",
    blurred: "Kamera fokuslanguncha qimirlatmang",
    fingers_in_the_way: "Barmogʻingizni hujjatdan oling",
    wrong_document: "Bu boshqa turdagi hujjat",
    turn_over: "Hujjatni aylantiring",
    wrong_side: "Bu boshqa tomoniga oʻxshaydi",
    open_photo_page: "Pasportning surat bor sahifasini oching",
    not_identity_document: "Bu shaxsni tasdiqlovchi hujjatga oʻxshamaydi. Suratli tomonini koʻrsating",
    show_mrz: "<<< belgili qatorlar bor tomonini toʻliq koʻrsating",
    checking: "Tekshirilmoqda. Qimirlatmang",
    plain_background: "Hujjatni boshqa rangdagi bir xil yuzaga qoʻying",
    use_torch: "Chiroqni yoqing",
    use_button: "Yordam bermasa, tugma bilan suratga oling",
    capturing: "Ajoyib. Qimirlatmang",
    no_face: "Yuzingizni oval ichiga joylang",
    one_person_only: "Kadrda faqat siz boʻlishingiz kerak",
    come_closer: "Biroz yaqinlashing",
    move_back_face: "Biroz uzoqlashing",
    move_head_left: "Oʻzingizdan biroz chapga suriling",
    move_head_right: "Oʻzingizdan biroz oʻngga suriling",
    move_head_up: "Biroz koʻtariling yoki kamerani pastlating",
    move_head_down: "Biroz pastga tushing yoki kamerani koʻtaring",
    look_straight: "Kameraga toʻgʻri qarang",
    more_light: "Yorugʻlikka qarab buriling",
    less_light: "Juda yorugʻ. Yorugʻlikdan buriling",
    light_from_front: "Yuzingizni yorugʻlikka qarating",
    remove_glare: "Boshingizni biroz eging yoki koʻzoynakni yeching",
    open_eyes: "Koʻzingizni yummang",
    face_changed: "Boshqa yuz aniqlandi. Qaytadan boshlanadi",
    turn_left: "Boshingizni oʻzingizdan chapga buring",
    turn_right: "Boshingizni oʻzingizdan oʻngga buring",
    look_up: "Yuqoriga qarang",
    look_down: "Pastga qarang",
    move_away: "Biroz uzoqlashing",
    blink: "Koʻzingizni bir lahzaga yuming",
    step_again: "Qayta urinib koʻramiz. Toʻgʻriga qarang",
  },
  movementOf: "{total} harakatdan {index}-harakat",
  withoutMovements: "Harakatlarsiz davom etish",
  providerTitle: "Kameraga qarang",

  reviewTitles: {
    front: "Hammasi aniq oʻqiladimi?",
    back: "Hammasi aniq oʻqiladimi?",
    liveness: "Yuzingiz aniq koʻrinadimi?",
  },
  reviewLead: "Tekshiring: toʻrttala burchagi koʻrinadi, yaltirash yoʻq, hech narsa toʻsilmagan.",
  reviewLeadFace: "Tekshiring: yuzingiz toʻliq koʻrinadi, koʻzingiz ochiq, hech narsa toʻsilmagan.",
  reviewImage: {
    front: "Hujjat old tomonining surati",
    back: "Hujjat orqa tomonining surati",
    liveness: "Yuzingizning surati",
  },
  reviewZoom: "Kattalashtirish",
  reviewRead: "Hujjatdan oʻqildi",
  documentNumber: "Hujjat raqami",
  primary: "Familiyasi",
  secondary: "Ismi, otasining ismi",
  birthDate: "Tugʻilgan sanasi",
  expiryDate: "Amal qilish muddati",
  confirm: "Shu suratdan foydalanish",
  retake: "Qayta olish",
  warnings: {
    document_expired: "Hujjatning muddati oʻtgan. U qabul qilinmasligi mumkin.",
    document_not_found: "Suratda hujjat topilmadi.",
    mrz_not_read: "Pastdagi <<< belgili qatorlar oʻqilmadi.",
    mrz_check_failed: "Pastdagi <<< belgili qatorlarda xato bor yoki ular notoʻgʻri oʻqilgan.",
    wrong_side: "Bu hujjatning boshqa tomoniga oʻxshaydi.",
    wrong_document: "Bu siz tanlagan turdagi hujjatga oʻxshamaydi.",
    blurred: "Surat xira.",
    glare: "Yaltirash hujjatning bir qismini toʻsib qoʻygan.",
    too_dark: "Surat juda qorongʻi.",
    too_bright: "Surat juda yorugʻ.",
    low_resolution: "Suratning aniqligi past. Mayda qismlar koʻrinmasligi mumkin.",
    fingers_in_the_way: "Barmoqlar hujjatning bir qismini toʻsib turibdi.",
    sides_disagree: "Old va orqa tomoni turli hujjatlarnikiga oʻxshaydi.",
    barcode_not_read: "Shtrix-kod oʻqilmadi.",
    face_not_found: "Hujjatda portret topilmadi.",
  },

  oneMoment: "Bir lahza…",
  uploading: "Surat yuborilmoqda…",
  uploadingPart: "Surat yuborilmoqda: {percent}",
  cancelUpload: "Yuborishni bekor qilish",
  sendingTitle: "Yuborish va tekshirish",
  sendingLead: "Bu sahifani yopmang. Bu biroz vaqt oladi.",
  sendingProgress: {
    one: "{total} qadamdan {done} tasi tayyor",
    other: "{total} qadamdan {done} tasi tayyor",
  },

  handoff: {
    offer: "Telefonda davom etish",
    title: "Telefonda davom eting",
    lead: "Telefon kamerasini kodga qarating va havolani oching. Bu sahifani yopmang: u oʻzi davom etadi.",
    code: "Telefon uchun havolali kod",
    copy: "Havolani nusxalash",
    copied: "Havola nusxalandi",
    renew: "Yangi kod",
    waiting: "Telefoningizni kutyapmiz…",
    follows: "Tekshiruv telefonda davom etmoqda. Bu sahifa uni kuzatib boradi.",
    back: "Shu yerda davom etish",
    failed: "Kod yaratilmadi. Qayta urinib koʻring.",
  },

  verifiedTitle: "Shaxsingiz tasdiqlandi",
  verifiedLead: "Rahmat. Davom etishingiz mumkin.",
  notVerifiedTitle: "Shaxsingizni tasdiqlay olmadik",
  notVerifiedLead:
    "Suratlaringizni oldik, lekin tekshiruv muvaffaqiyatsiz tugadi. Keyin nima qilish kerakligini " +
    "tekshiruvni soʻragan kompaniya aytadi.",
  authenticatedTitle: "Bu siz",
  authenticatedLead: "Rahmat. Sizni tanidik, davom etishingiz mumkin.",
  notAuthenticatedTitle: "Sizni taniy olmadik",
  notAuthenticatedLead:
    "Suratlaringizni oldik, lekin ulardagi odam bizda qayd etilgan shaxsga oʻxshamaydi. " +
    "Keyin nima qilish kerakligini " +
    "tekshiruvni soʻragan kompaniya aytadi.",

  retry: "Qayta urinish",
  restart: "Qaytadan boshlash",
  useCamera: "Kameradan foydalanish",
  settingsCamera: {
    ios: "Qurilma sozlamalarini oching, brauzeringizni toping va kameraga ruxsat bering.",
    android: "Manzil yonidagi belgini bosing, ruxsatlarni oching va kameraga ruxsat bering.",
    desktop: "Manzil yonidagi belgini bosing va kameraga ruxsat bering.",
    in_app: "Bu sahifa boshqa ilova ichida ochilgan. Uning menyusidan sahifani brauzerda ochishni tanlang.",
    system: "Qurilma brauzerga kamerani taqiqlagan. Qurilma sozlamalarida brauzerga ruxsat bering.",
  },
  settingsLocation: {
    ios: "Qurilma sozlamalarida maxfiylik boʻlimini oching va brauzerga joylashuvdan foydalanishga ruxsat bering.",
    android: "Manzil yonidagi belgini bosing, ruxsatlarni oching va joylashuvga ruxsat bering.",
    desktop: "Manzil yonidagi belgini bosing va joylashuvga ruxsat bering.",
    in_app: "Bu sahifa boshqa ilova ichida ochilgan. Uning menyusidan sahifani brauzerda ochishni tanlang.",
    system: "Brauzer uchun geolokatsiya oʻchirilgan. Uni qurilma sozlamalarida yoqing.",
  },
  offline: "Internet yoʻq. Aloqa tiklanishi bilan davom etamiz.",
  errorCode: "Kod: {code}",

  errors: {
    consent_declined: {
      title: "Hech narsa yuborilmadi",
      text: "Roziligingizsiz tekshira olmaymiz. Qaroringizni istalgan vaqtda oʻzgartirishingiz mumkin.",
    },
    location_denied: {
      title: "Joylashuvga ruxsat yoʻq",
      text: "Joylashuvingiz suratlar bilan birga bir marta yoziladi. Bu sahifaga ruxsat bering.",
    },
    location_unavailable: {
      title: "Joylashuv aniqlanmadi",
      text: "Qurilmada geolokatsiyani yoqing yoki aloqa yaxshiroq joyga oʻting.",
    },
    location_timeout: {
      title: "Joylashuvni aniqlash juda choʻzildi",
      text: "Geolokatsiya yoqilganini tekshiring va qayta urinib koʻring.",
    },
    location_invalid: setup,
    camera_denied: {
      title: "Kameraga ruxsat yoʻq",
      text: "Bu sahifaga kameradan foydalanishga ruxsat bering yoki surat yuklang.",
    },
    camera_missing: {
      title: "Kamera topilmadi",
      text: "Surat yuklashingiz yoki bu sahifani telefonda ochishingiz mumkin.",
    },
    camera_busy: {
      title: "Kamera band",
      text: "Undan boshqa ilova yoki varaq foydalanmoqda. Uni yoping va qayta urinib koʻring yoki surat yuklang.",
    },
    insecure_context: {
      title: "Kamera uchun xavfsiz aloqa kerak",
      text: "Sahifa HTTPS orqali ochilmagan, shuning uchun brauzer kamerani taqiqlaydi. Surat yuklashingiz mumkin.",
    },
    camera_unsupported: {
      title: "Bu brauzer kamerani qoʻllamaydi",
      text:
        "Ilova ichidagi brauzerlarda shunday boʻladi. " +
        "Sahifani Chrome yoki Safari orqali oching yoki surat yuklang.",
    },
    camera_failed: {
      title: "Kamera yoqilmadi",
      text: "Qayta urinib koʻring yoki surat yuklang.",
    },
    canvas_blocked: {
      title: "Brauzer tasvir maʼlumotlarini yashiradi",
      text:
        "Kuzatuvdan himoya suratni oʻzgartiradi. Bu sahifaga polotno maʼlumotlarini oʻqishga ruxsat " +
        "bering yoki JPEG surat yuklang.",
    },
    camera_lost: {
      title: "Kamera oʻchib qoldi",
      text: "U uzildi yoki undan boshqa ilova foydalanmoqda. Qayta urinib koʻring yoki surat yuklang.",
    },
    model_failed: notLoaded,
    liveness_provider_unsupported: setup,
    liveness_provider_failed: {
      title: "Boʻlmadi",
      text: "Kamera orqali tekshiruv tugamadi. Qayta urinib koʻring.",
    },
    challenge_failed: {
      title: "Harakatlarni aniqlay olmadik",
      text: "Biroz sekinroq qayta urinib koʻring. Boshingizni harakatlantira olmasangiz, harakatlarsiz davom eting.",
    },
    face_not_found: {
      title: "Yuz topilmadi",
      text: "Yuzingiz old tomondan toʻliq koʻringan, yorugʻ joyda olingan suratdan foydalaning.",
    },
    same_side: {
      title: "Bu oʻsha tomonning oʻzi",
      text: "Hujjatni aylantiring va orqa tomonini suratga oling.",
    },
    flow_conflict: elsewhere,
    cancelled: { title: "Bekor qilindi", text: "Istalgan vaqtda qaytadan boshlashingiz mumkin." },

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
      title: "Xizmat vaqtincha mavjud emas",
      text: "Maʼlumotlaringiz saqlandi. Birozdan keyin qayta urinib koʻring.",
    },
    rate_limited: {
      title: "Urinishlar juda koʻp",
      text: "Biroz kuting va qayta urinib koʻring.",
    },
    unauthorized: access,
    invalid_client: access,
    token_expired: access,
    forbidden: access,
    session_not_found: access,
    token_unavailable: {
      title: "Seansni uzaytira olmadik",
      text: "Internet aloqasini tekshiring va qayta urinib koʻring.",
    },
    consent_required: {
      title: "Roziligingiz yoʻq",
      text: "Qaytadan boshlang va rozilik bering, shunda tekshira olamiz.",
    },
    step_conflict: elsewhere,
    session_complete: ended,
    session_finalizing: {
      title: "Hujjatlaringiz tekshirilmoqda",
      text: "Tekshiruv paytida hech narsani oʻzgartirib boʻlmaydi. Biroz kuting va qayta urinib koʻring.",
    },
    session_changed: {
      title: "Tekshiruv paytida nimadir oʻzgardi",
      text: "U boshqa oynada davom ettirilgan boʻlishi mumkin. Qayta urinib koʻring.",
    },
    session_expired: ended,
    payload_too_large: {
      title: "Surat juda katta",
      text: "Qaytadan suratga oling yoki kichikroq fayl tanlang.",
    },
    unsupported_media_type: image,
    image_invalid: image,
    request_timeout: slow,
    timeout: slow,
    network_failed: {
      title: "Aloqa yoʻq",
      text: "Maʼlumotlaringiz saqlandi. Internet aloqasini tekshiring va qayta urinib koʻring.",
    },

    image_empty: image,
    image_wrong_length: image,
    image_corrupt: image,
    image_unknown_format: {
      title: "Bu fayl rasm emas",
      text: "JPEG yoki PNG fayl tanlang yoki suratga oling.",
    },
    file_unreadable: {
      title: "Faylni oʻqib boʻlmadi",
      text: "U faqat bulutda saqlangan boʻlishi mumkin. Avval uni qurilmaga yuklab oling yoki boshqa surat tanlang.",
    },
    image_heic: {
      title: "Brauzer HEIC suratlarini ocha olmaydi",
      text: "Suratni JPEG formatida saqlang yoki kamera bilan yangisini oling.",
    },
    image_pdf: {
      title: "Bu fayl – PDF",
      text: "Hujjatni suratga oling yoki JPEG yoxud PNG tasvirini yuklang.",
    },
    image_too_large: {
      title: "Surat juda katta",
      text: "100 megapikseldan oshmaydigan surat tanlang yoki yangisini oling.",
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
    insecure_context:
      "Sahifani HTTPS orqali yoki localhost manzilidan oching: aks holda brauzer kamerani taqiqlaydi. " +
      "Yuklash ishlaydi.",
    camera_unsupported:
      "Bu brauzer kamerani qoʻllamaydi. Sahifani Chrome, Edge, Firefox yoki Safari orqali oching yoki surat yuklang.",
    in_app_browser:
      "Sahifani Chrome yoki Safari orqali oching: ilova ichidagi bu brauzer kamerani qoʻllamaydi. Yuklash ishlaydi.",
    camera_missing: "Kamerani ulang, sahifani telefonda oching yoki surat yuklang.",
    canvas_blocked:
      "Sahifaga polotno maʼlumotlarini oʻqishga ruxsat bering: kuzatuvdan himoya tasvirlarni " +
      "oʻzgartiradi. Fayl yuklash ishlaydi.",
    camera_denied: "Sayt sozlamalarida kameraga ruxsat bering yoki surat yuklang.",
    location_denied: "Sayt sozlamalarida joylashuvga ruxsat bering yoki `geolocation` orqali koordinatalarni bering.",
    location_unavailable: "Geolokatsiyani yoqing yoki `geolocation` orqali koordinatalarni bering.",
    wasm_unsupported: "Zamonaviy brauzerdan foydalaning; qulflash rejimida bu sahifani istisnoga qoʻshing.",
    wasm_simd_missing: "Brauzerni yangilang: uning WebAssembly tizimi SIMD qoʻllamaydi.",
    worker_failed: "Suratga olishni brauzerda ishga tushiring: bu muhitda Worker yoʻq.",
    offline: "Internetga ulaning.",
  },
};

export default uz;
