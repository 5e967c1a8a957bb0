// The choice of a lens, its memory, and the controls of a camera: decisions that need no browser.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG } from "./install.mjs";

const load = (file) => import(pathToFileURL(join(PKG, "dist", file)).href);
const { facingOf, INFRARED, isRear, LensChoice, POOR_LENS } = await load("lens.js");
const { lensMemory } = await load("lens-memory.js");
const { TrackControls } = await load("controls.js");
const { lensesOf, nextOf } = await load("ui/stage-tools.js");
const { ringShare } = await load("ui/overlay.js");

const FRONT = { deviceId: "front", label: "camera 1, facing front" };
const rear = (...ids) => [FRONT, ...ids.map((deviceId) => ({ deviceId, label: `camera ${deviceId}, facing back` }))];
const KEY = "kyc-capture.lens";

function storage(content) {
  const map = new Map(content === undefined ? [] : [[KEY, content]]);
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    get lens() {
      return map.has(KEY) ? JSON.parse(map.get(KEY)) : null;
    },
  };
}

/** A choice on a device with these lenses, the first of them open; `see` shows frames 100 ms apart to the open one. */
function begin(listed, { kept = storage(), open } = {}) {
  let now = 1_000;
  const choice = new LensChoice(
    lensMemory(() => kept),
    () => now,
  );
  const play = {
    choice,
    kept,
    open: null,
    opens(deviceId) {
      now += 700;
      play.open = deviceId;
      choice.opened(deviceId, listed);
    },
    /** Until another lens is wanted, which is given and opened, or for so many frames: then null. */
    see(sharpness, frames = 60, { captureProgress = 0, every = 100 } = {}) {
      for (let i = 0; i < frames; i++) {
        now += every;
        const next = choice.push({ deviceId: play.open, sharpness, captureProgress });
        if (next !== null) {
          play.frames = i + 1;
          play.opens(next);
          return next;
        }
      }
      return null;
    },
  };
  play.opens(open ?? choice.first ?? listed[1].deviceId);
  return play;
}

test("keeps and remembers a sharp first lens", () => {
  const play = begin(rear("main", "wide"));
  assert.equal(play.see(null, 100), null, "it waits for a document");
  assert.equal(play.see(0.7, 5), null);
  assert.equal(play.see(1.204, 1), null);
  assert.deepEqual(play.kept.lens, { deviceId: "main", sharpness: 1.2 });
  assert.equal(play.see(0.2, 200), null, "and nothing changes any more");
});

test("switches to a sharp second lens and opens it first later", () => {
  const play = begin(rear("macro", "main", "tele"));
  assert.equal(play.see(0.4), "main");
  assert.ok(play.frames >= 12 && play.frames <= 13, `after 1.2 s: ${play.frames} frames`);
  assert.equal(play.see(1.1), null);
  assert.deepEqual(play.kept.lens, { deviceId: "main", sharpness: 1.1 });
  const later = begin(rear("macro", "main", "tele"), { kept: play.kept });
  assert.equal(later.choice.first, "main");
});

test("keeps the lens with the best median if all are blurred", () => {
  const play = begin(rear("a", "b", "c"));
  assert.equal(play.see(0.4), "b");
  play.see(0.99, 2);
  assert.equal(play.see(0.6), "c");
  assert.equal(play.see(0.5), "b", "0.6 is its median, two frames of 0.99 or not");
  assert.deepEqual(play.kept.lens, { deviceId: "b", sharpness: 0.6 });
  assert.equal(play.see(0.1, 300), null, "one round, no second");
});

test("does not reopen the open lens if it is the best", () => {
  const play = begin(rear("a", "b"));
  assert.equal(play.see(0.4), "b");
  assert.equal(play.see(0.7, 300), null);
  assert.deepEqual(play.kept.lens, { deviceId: "b", sharpness: 0.7 });
});

test("changes no lens while a capture is imminent", () => {
  const play = begin(rear("a", "b"));
  assert.equal(play.see(0.9, 100, { captureProgress: 0.3 }), null);
  assert.equal(play.see(0.9, 1), "b");
});

test("a selection by the person ends the automatic choice", () => {
  for (const before of [[], [0.3, 0.4]]) {
    const play = begin(rear("a", "b", "c"));
    for (const sharpness of before) play.see(sharpness);
    play.choice.end();
    play.opens("c");
    assert.equal(play.see(0.1, 300), null);
    assert.equal(play.see(1.5, 3), null);
    assert.equal(play.choice.failed("c"), null);
    assert.equal(play.kept.map.size, 0, "nothing is kept of it");
  }
});

test("assesses few and slow frames after two seconds with a document", () => {
  const play = begin(rear("a", "b"));
  assert.equal(play.see(0.5, 60, { every: 400 }), "b");
  assert.equal(play.frames, 5);
});

test("counts only the time with a document in view", () => {
  const play = begin(rear("a", "b"));
  for (let i = 0; i < 11; i++) {
    assert.equal(play.see(0.5, 1), null);
    assert.equal(play.see(null, 30), null);
  }
  assert.equal(play.see(0.5, 2), "b");
});

test("rejects a lens under trial after four seconds without a document", () => {
  const play = begin(rear("a", "b", "c"));
  assert.equal(play.see(0.3), "b");
  assert.equal(play.see(null), "c");
  assert.equal(play.frames, 40);
  assert.equal(play.see(undefined), "a", "back to the only one that was measured");
  assert.equal(play.see(0.2, 300), null);
});

test("tries at most four rear lenses, poor ones last", () => {
  const wide = { deviceId: "wide", label: "Back Ultra Wide Camera" };
  const play = begin([FRONT, ...rear("a").slice(1), wide, ...rear("b", "c", "d", "e").slice(1)]);
  const seen = ["a"];
  for (;;) {
    const next = play.see(0.5 - seen.length / 100);
    if (!next) break;
    seen.push(next);
  }
  assert.deepEqual(seen, ["a", "b", "c", "d", "a"]);
  const few = begin([FRONT, ...rear("a").slice(1), wide, ...rear("b").slice(1)]);
  assert.deepEqual([few.see(0.5), few.see(0.5)], ["b", "wide"]);
});

test("continues with the next lens if one does not open or another opens instead", () => {
  const play = begin(rear("a", "b", "c"));
  assert.equal(play.see(0.3), "b");
  assert.ok(play.choice.trying);
  assert.equal(play.choice.failed("b"), "c");
  // Another camera than the one asked for: one that was judged already.
  play.opens("a");
  assert.ok(!play.choice.trying);
  assert.equal(play.see(0.3, 300), null);
  assert.deepEqual(play.kept.lens, { deviceId: "a", sharpness: 0.3 });
});

test("falls back to the browser's choice if the remembered lens does not open", () => {
  const kept = storage(JSON.stringify({ deviceId: "b", sharpness: 1.5 }));
  const choice = new LensChoice(
    lensMemory(() => kept),
    () => 0,
  );
  assert.equal(choice.first, "b");
  assert.equal(choice.failed("b"), null);
});

test("chooses and stores nothing with one lens or without ids", () => {
  for (const [listed, open] of [
    [rear("a"), "a"],
    [rear("a", "b"), ""],
    [[{ deviceId: "", label: "" }], ""],
    [[], "a"],
  ]) {
    const play = begin(listed, { open });
    assert.equal(play.see(0.3, 300), null);
    assert.equal(play.see(1.3, 3), null);
    assert.equal(play.kept.map.size, 0);
  }
});

test("forgets a remembered lens that is no longer listed; ignores lists without ids", () => {
  const content = JSON.stringify({ deviceId: "gone", sharpness: 1.1 });
  assert.equal(begin(rear("a", "b"), { kept: storage(content), open: "a" }).kept.map.size, 0);
  assert.equal(begin([{ deviceId: "", label: "" }], { kept: storage(content), open: "" }).kept.map.size, 1);
});

test("ignores malformed stored values and a refused storage", () => {
  for (const content of [
    "",
    "{",
    "null",
    "7",
    "[]",
    '"main"',
    "{}",
    '{"deviceId":"a"}',
    '{"deviceId":7,"sharpness":1}',
    '{"deviceId":"","sharpness":1}',
    '{"deviceId":"a","sharpness":"1"}',
    '{"deviceId":"a","sharpness":-1}',
    '{"deviceId":"a","sharpness":1e999}',
    JSON.stringify({ deviceId: "a".repeat(300), sharpness: 1 }),
  ]) {
    assert.equal(lensMemory(() => storage(content)).read(), null, content);
  }
  const refusing = lensMemory(() => {
    throw new Error("denied");
  });
  assert.equal(refusing.read(), null);
  refusing.write({ deviceId: "a", sharpness: 1 });
  refusing.forget();
  assert.equal(lensMemory().read(), null, "Node has none");
});

test("detects rear cameras by facing mode, else by name", () => {
  const says = (label, ...facingMode) => ({ deviceId: "x", label, getCapabilities: () => ({ facingMode }) });
  for (const [camera, expected] of [
    [says("anything", "environment"), true],
    [says("back", "user"), false],
    [says("Back Camera"), true],
    [{ label: "Rückkamera" }, true],
    [{ label: "Integrated Webcam" }, false],
    [{ label: "Feedback cam" }, false],
    [
      {
        label: "Back Camera",
        getCapabilities: () => {
          throw new Error("not yet");
        },
      },
      true,
    ],
  ]) {
    assert.equal(isRear(camera), expected, camera.label);
  }
});

test("the lens button cycles through several rear lenses", () => {
  assert.deepEqual(lensesOf(rear("a")), []);
  const lenses = lensesOf(rear("a", "b"));
  assert.deepEqual(
    lenses.map((camera) => camera.deviceId),
    ["a", "b"],
  );
  assert.deepEqual(
    ["a", "b", "other", undefined].map((id) => nextOf(lenses, id).deviceId),
    ["b", "a", "a", "a"],
  );
  assert.equal(nextOf([], "a"), undefined);
});

test("the ring shows the progress, by quarters with reduced motion", () => {
  assert.deepEqual(
    [undefined, -1, 0, 0.3, 1, 2].map((progress) => ringShare(progress, false)),
    [0, 0, 0, 0.3, 1, 1],
  );
  assert.deepEqual(
    [0, 0.1, 0.25, 0.3, 0.9, 1].map((progress) => ringShare(progress, true)),
    [0, 0.25, 0.25, 0.5, 1, 1],
  );
});

/** A track that keeps what was asked of it. */
function track(capabilities, { refuse = () => false, settings = {} } = {}) {
  const asked = [];
  return {
    asked,
    ...(capabilities && { getCapabilities: () => capabilities }),
    getSettings: () => settings,
    async applyConstraints({ advanced }) {
      asked.push(advanced[0]);
      if (refuse(advanced[0])) throw new Error("no");
    },
  };
}

test("a track without capabilities offers no controls", async () => {
  for (const bare of [track(null), track({}), track({ torch: false, zoom: { min: 1, max: 1 }, focusMode: "manual" })]) {
    const controls = new TrackControls(bare);
    assert.deepEqual(controls.offered, { torch: false, torchOn: false, zoom: null, focus: false });
    for (const attempt of [controls.setTorch(true), controls.setZoom(2), controls.focusAt(null)]) {
      await assert.rejects(attempt, { name: "KycCaptureError", code: "camera_unsupported" });
    }
    await assert.rejects(controls.setZoom(Number.NaN), { code: "invalid_option" });
    assert.deepEqual(bare.asked, []);
  }
});

test("torch, zoom and focus keep earlier settings", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const full = track({
    torch: true,
    zoom: { min: 1, max: 8, step: 0.5 },
    focusMode: ["single-shot", "continuous"],
    exposureMode: ["continuous"],
  });
  const controls = new TrackControls(full);
  const follow = { focusMode: "continuous", exposureMode: "continuous" };
  assert.deepEqual(full.asked.pop(), follow);
  assert.deepEqual(controls.offered, { torch: true, torchOn: false, zoom: { min: 1, max: 8, step: 0.5 }, focus: true });
  await controls.setTorch(true);
  assert.equal(controls.offered.torchOn, true);
  await controls.setZoom(99);
  assert.deepEqual(full.asked.pop(), { ...follow, torch: true, zoom: 8 });
  await controls.focusAt({ x: 0.2, y: 0.3 });
  assert.equal(full.asked.pop().focusMode, "single-shot");
  t.mock.timers.tick(2_000);
  assert.deepEqual(full.asked.pop(), { ...follow, torch: true, zoom: 8 });
  controls.close();
  assert.equal(full.asked.pop().torch, false);
});

test("reports settings that the driver refuses", async () => {
  const refusing = new TrackControls(track({ torch: true }, { refuse: (set) => set.torch === true }));
  await assert.rejects(refusing.setTorch(true), { code: "camera_failed" });
  assert.equal(refusing.offered.torchOn, false);
  const deaf = new TrackControls(track({ torch: true }, { settings: { torch: false } }));
  await assert.rejects(deaf.setTorch(true), { code: "camera_failed" });
  assert.equal(deaf.offered.torchOn, false);
  const stubborn = track({ torch: true, focusMode: ["continuous"] }, { refuse: (set) => "focusMode" in set });
  const controls = new TrackControls(stubborn);
  await new Promise(setImmediate);
  await controls.setTorch(true);
  assert.deepEqual(stubborn.asked.at(-1), { torch: true }, "a refused focus does not keep the torch off");
});

test("knows the direction of cameras by their names in the languages of phones", () => {
  const rear = [
    ["Back Camera", "camera2 0, facing back", "Rückkamera", "Caméra arrière", "Cámara trasera", "Câmera traseira"],
    ["Fotocamera posteriore", "Achtercamera", "Bakre kamera", "Bagkamera", "Takakamera", "Tylny aparat"],
    ["Zadní fotoaparát", "Hátsó kamera", "Camera din spate", "Arka Kamera", "Задняя камера", "Πίσω κάμερα"],
    ["מצלמה אחורית", "الكاميرا الخلفية", "बैक कैमरा", "กล้องด้านหลัง", "Camera sau", "Kamera Belakang"],
    ["后置摄像头", "後置相機", "背面カメラ", "후면 카메라", "Артқы камера", "Арткы камера", "Orqa kamera"],
  ].flat();
  const front = [
    ["Front Camera", "camera2 1, facing front", "Frontkamera", "Caméra avant", "Cámara frontal", "FaceTime HD Camera"],
    ["Fotocamera anteriore", "Ön Kamera", "Передняя камера", "前置摄像头", "前面カメラ", "전면 카메라", "Camera trước"],
    ["กล้องหน้า", "Алдыңғы камера", "Алдыңкы камера", "الكاميرا الأمامية", "Kamera Depan", "Przedni aparat"],
  ].flat();
  for (const label of rear) assert.equal(facingOf({ deviceId: "a", label }), "environment", label);
  for (const label of front) assert.equal(facingOf({ deviceId: "a", label }), "user", label);
  for (const label of ["", "USB Camera", "HD Webcam", "Integrated Camera"]) {
    assert.equal(facingOf({ deviceId: "a", label }), null, label);
  }
  for (const label of [
    "Integrated IR Camera",
    "Infrarotkamera",
    "Caméra infrarouge",
    "Инфракрасная камера",
    "红外摄像头",
  ]) {
    assert.match(label, INFRARED);
  }
  for (const label of ["Mirror Camera", "First Camera", "HD Webcam"]) assert.doesNotMatch(label, INFRARED);
  const poor = [
    "Back Ultra Wide Camera",
    "Ultra-Weitwinkelkamera",
    "ultra grand-angle arrière",
    "望遠カメラ",
    "Телеобъектив",
  ];
  for (const label of poor) assert.match(label, POOR_LENS);
  for (const label of ["Back Camera", "Back Dual Wide Camera", "Rückkamera"]) assert.doesNotMatch(label, POOR_LENS);
});
