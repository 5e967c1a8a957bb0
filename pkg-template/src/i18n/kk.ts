// Kazakh (Cyrillic). Formal address; the terms are those of docs/languages.md.

import type { Texts } from "./texts.js";

const broken = {
  title: "Біздің тарапымыздан қате шықты",
  text: "Сіз бәрін дұрыс жасадыңыз. Қайталап көріңіз немесе кейінірек оралыңыз.",
};
const setup = {
  title: "Бет дұрыс бапталмаған",
  text: "Тексеру қазір қолжетімсіз. Сізді осында жіберген компанияға хабарласыңыз.",
};
const image = {
  title: "Бұл фото жарамайды",
  text: "Фотоны қайта түсіріңіз немесе басқа файлды таңдаңыз. JPEG не PNG болғаны дұрыс.",
};
const browser = {
  title: "Браузеріңіз ескірген",
  text: "Оны жаңартыңыз немесе бетті Chrome, Edge, Firefox не Safari браузерінің жаңа нұсқасында ашыңыз.",
};
const ended = {
  title: "Бұл тексеру аяқталды",
  text: "Мерзімі өтті немесе тексеру аяқталған. Бастаған жеріңізге оралып, қайта бастаңыз.",
};
const access = {
  title: "Сілтеме енді жарамсыз",
  text: "Бастаған жеріңізге оралып, қайта бастаңыз.",
};
const notLoaded = {
  title: "Беттің бір бөлігі жүктелмеді",
  text: "Интернет байланысын тексеріп, қайталап көріңіз.",
};
const slow = {
  title: "Байланыс баяу",
  text: "Деректеріңіз сақталды. Қайталап көріңіз немесе байланыс жақсырақ жерге барыңыз.",
};
const elsewhere = {
  title: "Тексеру басқа жерде жалғасты",
  text: "Ол басқа терезеде ашық болуы мүмкін. Қайта бастаңыз: деректеріңіз сақталды.",
};

export const kk: Texts = {
  locale: "kk",

  language: "Тіл",
  stepOf: "{total} қадамның {index}-қадамы",
  starting: "Дайындалып жатыр…",

  consentTitle: "Жеке басыңызды растаңыз",
  consentLead: "Бұл шамамен екі минут алады. Сізге қажет:",
  consentPoints: [
    "Жеке басыңызды растайтын құжат: көшірмесі емес, түпнұсқасы",
    "Бетіңіз — қысқа селфи үшін",
    "Орналасқан жеріңіз — фотолармен бірге бір рет жазылады",
  ],
  consentPrivacy:
    "Жалғастыру арқылы сіз құжатыңыз бен бетіңіздің фотолары, олардан оқылған деректер және орналасқан жеріңіз жеке " +
    "басыңызды растау үшін тексеруді сұраған компанияға жіберілетініне келісесіз. Бұл құрылғыда ештеңе сақталмайды.",
  consentAgree: "Келісу және жалғастыру",
  consentDecline: "Қазір емес",

  documentTypeTitle: "Қай құжатты пайдаланасыз?",
  documentTypeLead: "Құжат жарамды әрі түпнұсқа болуы керек.",
  documentTypes: {
    driver_license: "Жүргізуші куәлігі",
    identification_card: "Жеке куәлік",
    passport: "Паспорт",
    passport_card: "Паспорт картасы",
  },
  documentTypeHints: {
    driver_license: "Алдыңғы және артқы жағы",
    identification_card: "Алдыңғы және артқы жағы",
    passport: "Фотосы бар бет",
    passport_card: "Алдыңғы және артқы жағы",
  },

  captureTitles: {
    front: "Құжаттың алдыңғы жағы",
    back: "Құжаттың артқы жағы",
    passport: "Паспорттың фотосы бар беті",
    liveness: "Камераға қараңыз",
  },
  captureLeads: {
    front: "Құжатты жарық жерде қара түсті тегіс бетке қойыңыз.",
    back: "Құжатты аударыңыз.",
    passport: "Фотосы бар бетін ашып, паспортты тегіс қойыңыз.",
    liveness: "Құрылғыны көз деңгейінде ұстаңыз. Жарық бетіңізге түссін.",
  },
  captureNow: "Фотоға түсіру",
  upload: "Фото жүктеу",
  uploadFace: "Фото жүктеу",
  uploadShort: "Жүктеу",
  changeDocument: "Басқа құжатты таңдау",
  switchCamera: "Камераны ауыстыру",
  switchLens: "Объективті ауыстыру",
  torch: "Шам",
  focus: "Фокус",
  video: "Камера көрінісі",
  openingCamera: "Камера қосылып жатыр",
  openingCameraHint: "Браузер сұраса, камераға рұқсат беріңіз. Фото тек осы экранда түсіріледі.",
  locating: "Орналасқан жеріңіз анықталып жатыр",
  locatingHint: "Браузер сұраса, орналасқан жеріңізге рұқсат беріңіз. Ол фотолармен бірге бір рет жазылады.",
  guidance: {
    no_document: "Құжатты жақтауға сыйғызыңыз",
    move_closer: "Жақындатыңыз",
    move_back: "Сәл алыстатыңыз",
    centre_document: "Құжатты жақтаудың ортасына қойыңыз",
    tilt_less: "Құрылғыны құжатқа параллель ұстаңыз",
    hold_still: "Қозғамаңыз",
    too_dark: "Жарығырақ жер табыңыз",
    too_bright: "Тым жарық. Жұмсақ жарық табыңыз",
    glare: "Жылтылды кетіру үшін сәл еңкейтіңіз",
    blurred: "Камера фокустағанша қозғамаңыз",
    fingers_in_the_way: "Саусағыңызды құжаттан алыңыз",
    wrong_document: "Бұл — басқа түрдегі құжат",
    turn_over: "Құжатты аударыңыз",
    wrong_side: "Бұл екінші жағы сияқты",
    capturing: "Тамаша. Қозғамаңыз",
    no_face: "Бетіңізді сопақшаға сыйғызыңыз",
    one_person_only: "Кадрда тек сіз болуыңыз керек",
    come_closer: "Сәл жақындаңыз",
    move_back_face: "Сәл алыстаңыз",
    centre_face: "Бетіңізді сопақшаның ортасына келтіріңіз",
    look_straight: "Камераға тура қараңыз",
    more_light: "Жарыққа қарай бұрылыңыз",
    less_light: "Тым жарық. Жарықтан бұрылыңыз",
    light_from_front: "Жарыққа бетіңізді беріңіз",
    remove_glare: "Басыңызды сәл еңкейтіңіз немесе көзілдірікті шешіңіз",
    open_eyes: "Көзіңізді жұмбаңыз",
    face_changed: "Басқа адамның беті анықталды. Қайта басталады",
    turn_left: "Басыңызды сол жағыңызға бұрыңыз",
    turn_right: "Басыңызды оң жағыңызға бұрыңыз",
    look_up: "Жоғары қараңыз",
    look_down: "Төмен қараңыз",
    move_away: "Сәл алыстаңыз",
    blink: "Көзіңізді бір сәтке жұмыңыз",
    step_again: "Қайталап көрейік. Тура қараңыз",
  },
  movementOf: "{total} қимылдың {index}-қимылы",
  withoutMovements: "Қимылсыз жалғастыру",
  providerTitle: "Камераға қараңыз",

  reviewTitles: {
    front: "Бәрі анық оқыла ма?",
    back: "Бәрі анық оқыла ма?",
    liveness: "Бетіңіз анық көріне ме?",
  },
  reviewLead: "Тексеріңіз: төрт бұрышы көрінеді, жылтыл жоқ, ештеңе жабылмаған.",
  reviewLeadFace: "Тексеріңіз: бетіңіз толық көрінеді, көзіңіз ашық, ештеңе жабылмаған.",
  reviewImage: {
    front: "Құжаттың алдыңғы жағының фотосы",
    back: "Құжаттың артқы жағының фотосы",
    liveness: "Бетіңіздің фотосы",
  },
  reviewRead: "Құжаттан оқылды",
  documentNumber: "Құжат нөмірі",
  primary: "Тегі",
  secondary: "Аты, әкесінің аты",
  birthDate: "Туған күні",
  expiryDate: "Жарамдылық мерзімі",
  confirm: "Осы фотоны пайдалану",
  retake: "Қайта түсіру",
  warnings: {
    document_expired: "Құжаттың мерзімі өткен. Ол қабылданбауы мүмкін.",
    document_not_found: "Фотода құжат табылмады.",
    mrz_not_read: "Төмендегі <<< белгісі бар жолдар оқылмады.",
    mrz_check_failed: "Төмендегі <<< белгісі бар жолдарда қате бар немесе олар қате оқылды.",
    wrong_side: "Бұл құжаттың екінші жағы сияқты.",
    wrong_document: "Бұл сіз таңдаған түрдегі құжат емес сияқты.",
    blurred: "Фото анық емес.",
    glare: "Құжаттың бір бөлігін жылтыл жауып тұр.",
    too_dark: "Фото тым қараңғы.",
    too_bright: "Фото тым жарық.",
    low_resolution: "Фотоның ажыратымдылығы төмен. Ұсақ бөлшектер көрінбеуі мүмкін.",
    fingers_in_the_way: "Саусақтар құжаттың бір бөлігін жауып тұр.",
    sides_disagree: "Алдыңғы және артқы жағы әртүрлі құжаттардікі сияқты.",
    barcode_not_read: "Штрихкод оқылмады.",
    face_not_found: "Құжатта портрет табылмады.",
  },

  oneMoment: "Бір сәт…",
  uploading: "Фото жіберіліп жатыр…",
  sendingTitle: "Жіберу және тексеру",
  sendingLead: "Бұл бетті жаппаңыз. Бұл біраз уақыт алады.",
  sendingProgress: {
    one: "Дайын қадамдар: {done} / {total}",
    other: "Дайын қадамдар: {done} / {total}",
  },

  verifiedTitle: "Жеке басыңыз расталды",
  verifiedLead: "Рақмет. Жалғастыра аласыз.",
  notVerifiedTitle: "Жеке басыңызды растай алмадық",
  notVerifiedLead:
    "Фотоларыңызды алдық, бірақ тексеру сәтсіз аяқталды. Әрі қарай не істеу керегін тексеруді сұраған компания айтады.",
  authenticatedTitle: "Бұл — сіз",
  authenticatedLead: "Рақмет. Сізді таныдық, жалғастыра аласыз.",
  notAuthenticatedTitle: "Сізді тани алмадық",
  notAuthenticatedLead:
    "Фотоларыңызды алдық, бірақ олардағы адам бізде тіркелген адамға ұқсамайды. Әрі қарай не істеу керегін тексеруді " +
    "сұраған компания айтады.",

  retry: "Қайталап көру",
  restart: "Қайта бастау",
  useCamera: "Камераны пайдалану",
  settingsCamera: "Мекенжайдың жанындағы белгішені басып, сайт баптауларын ашыңыз да, камераға рұқсат беріңіз.",
  settingsLocation:
    "Мекенжайдың жанындағы белгішені басып, сайт баптауларын ашыңыз да, орналасқан жерге рұқсат беріңіз.",
  offline: "Интернет жоқ. Байланыс қалпына келген бойда жалғастырамыз.",
  errorCode: "Код: {code}",

  errors: {
    consent_declined: {
      title: "Ештеңе жіберілмеді",
      text: "Келісіміңізсіз тексеру жүргізе алмаймыз. Шешіміңізді кез келген уақытта өзгерте аласыз.",
    },
    location_denied: {
      title: "Орналасқан жерге рұқсат жоқ",
      text: "Орналасқан жеріңіз бір рет жазылуы керек. Осы бетке рұқсат беріңіз.",
    },
    location_unavailable: {
      title: "Орналасқан жер анықталмады",
      text: "Құрылғыда геолокацияны қосыңыз немесе байланыс жақсырақ жерге барыңыз.",
    },
    location_timeout: {
      title: "Орналасқан жерді анықтау тым ұзаққа созылды",
      text: "Геолокация қосулы екенін тексеріп, қайталап көріңіз.",
    },
    location_invalid: setup,
    camera_denied: {
      title: "Камераға рұқсат жоқ",
      text: "Осы бетке камераны пайдалануға рұқсат беріңіз немесе фото жүктеңіз.",
    },
    camera_missing: {
      title: "Камера табылмады",
      text: "Фото жүктей аласыз немесе бұл бетті телефонда аша аласыз.",
    },
    camera_busy: {
      title: "Камера бос емес",
      text: "Оны басқа қолданба немесе қойынды пайдаланып жатыр. Соны жауып, қайталап көріңіз немесе фото жүктеңіз.",
    },
    insecure_context: {
      title: "Камераға қауіпсіз байланыс керек",
      text: "Бет HTTPS арқылы ашылмаған, сондықтан браузер камераға тыйым салады. Фото жүктей аласыз.",
    },
    camera_unsupported: {
      title: "Бұл браузер камераны қолдамайды",
      text: "Қолданба ішіндегі браузерлерде осылай болады. Бетті Chrome не Safari арқылы ашыңыз немесе фото жүктеңіз.",
    },
    camera_failed: {
      title: "Камера қосылмады",
      text: "Қайталап көріңіз немесе фото жүктеңіз.",
    },
    camera_lost: {
      title: "Камера өшіп қалды",
      text: "Ол ажыратылды немесе оны басқа қолданба пайдаланып жатыр. Қайталап көріңіз немесе фото жүктеңіз.",
    },
    model_failed: notLoaded,
    liveness_provider_unsupported: setup,
    liveness_provider_failed: {
      title: "Сәтсіз аяқталды",
      text: "Камерамен тексеру аяқталмады. Қайталап көріңіз.",
    },
    challenge_failed: {
      title: "Қимылдарды анықтай алмадық",
      text: "Сәл баяуырақ қайталап көріңіз. Басыңызды қозғай алмасаңыз, қимылсыз жалғастырыңыз.",
    },
    face_not_found: {
      title: "Бет табылмады",
      text: "Бетіңіз алдынан толық көрінетін, жарық жерде түсірілген фотоны пайдаланыңыз.",
    },
    same_side: {
      title: "Бұл сол жағының өзі",
      text: "Құжатты аударып, артқы жағын түсіріңіз.",
    },
    flow_conflict: elsewhere,
    cancelled: { title: "Тоқтатылды", text: "Кез келген уақытта қайта бастай аласыз." },

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
      title: "Қызмет уақытша қолжетімсіз",
      text: "Деректеріңіз сақталды. Сәлден соң қайталап көріңіз.",
    },
    rate_limited: {
      title: "Әрекет саны тым көп",
      text: "Біраз күтіп, қайталап көріңіз.",
    },
    unauthorized: access,
    invalid_client: access,
    token_expired: access,
    forbidden: access,
    session_not_found: access,
    token_unavailable: {
      title: "Сеансты ұзарта алмадық",
      text: "Интернет байланысын тексеріп, қайталап көріңіз.",
    },
    consent_required: {
      title: "Келісіміңіз жоқ",
      text: "Қайта бастап, келісім беріңіз, сонда тексере аламыз.",
    },
    step_conflict: elsewhere,
    session_complete: ended,
    session_finalizing: {
      title: "Құжаттарыңыз тексеріліп жатыр",
      text: "Тексеру кезінде ештеңені өзгертуге болмайды. Біраз күтіп, қайталап көріңіз.",
    },
    session_changed: {
      title: "Тексеру кезінде бірдеңе өзгерді",
      text: "Ол басқа терезеде жалғасқан болуы мүмкін. Қайталап көріңіз.",
    },
    session_expired: ended,
    payload_too_large: {
      title: "Фото тым үлкен",
      text: "Фотоны қайта түсіріңіз немесе кішірек файлды таңдаңыз.",
    },
    unsupported_media_type: image,
    image_invalid: image,
    request_timeout: slow,
    timeout: slow,
    network_failed: {
      title: "Байланыс жоқ",
      text: "Деректеріңіз сақталды. Интернет байланысын тексеріп, қайталап көріңіз.",
    },

    image_empty: image,
    image_wrong_length: image,
    image_corrupt: image,
    image_unknown_format: {
      title: "Бұл файл — сурет емес",
      text: "JPEG немесе PNG файлын таңдаңыз немесе фотоға түсіріңіз.",
    },
    image_too_large: {
      title: "Фото тым үлкен",
      text: "40 мегапиксельден аспайтын фотоны таңдаңыз немесе жаңасын түсіріңіз.",
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
      "Бетті HTTPS арқылы немесе localhost мекенжайынан ашыңыз: әйтпесе браузер камераға тыйым салады. Жүктеу істейді.",
    camera_unsupported:
      "Бұл браузер камераны қолдамайды. Бетті Chrome, Edge, Firefox не Safari арқылы ашыңыз немесе фото жүктеңіз.",
    in_app_browser:
      "Бетті Chrome не Safari арқылы ашыңыз: қолданба ішіндегі бұл браузер камераны қолдамайды. Жүктеу істейді.",
    camera_missing: "Камераны қосыңыз, бетті телефонда ашыңыз немесе фото жүктеңіз.",
    camera_denied: "Сайт баптауларында камераға рұқсат беріңіз немесе фото жүктеңіз.",
    location_denied:
      "Сайт баптауларында орналасқан жерге рұқсат беріңіз немесе `geolocation` арқылы координат беріңіз.",
    location_unavailable: "Геолокацияны қосыңыз немесе `geolocation` арқылы координат беріңіз.",
    wasm_unsupported: "Қазіргі браузерді пайдаланыңыз; құлыптау режимінде осы бетті ерекшелікке қосыңыз.",
    wasm_simd_missing: "Браузерді жаңартыңыз: оның WebAssembly жүйесі SIMD қолдамайды.",
    worker_failed: "Түсіруді браузерде іске қосыңыз: бұл ортада Worker жоқ.",
    offline: "Интернетке қосылыңыз.",
  },
};

export default kk;
