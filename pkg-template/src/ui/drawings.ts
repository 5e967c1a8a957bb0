// Drawings of what to do before a capture. Loaded beside the camera. They move by CSS, and stand still for people who
// prefer reduced motion, in the position that shows most.

const NS = "http://www.w3.org/2000/svg";

/** What is drawn. */
export type Drawing = "passport" | "front" | "back" | "liveness";

/** A group: its class, which the style sheet moves, and its paths. */
type Group = readonly [name: string, ...paths: string[]];

const CORNERS: Group = ["how-frame", "M28 40V26h14", "M118 26h14v14", "M132 80v14h-14", "M42 94H28V80"];
const CARD = "M40 34h80a4 4 0 0 1 4 4v44a4 4 0 0 1-4 4H40a4 4 0 0 1-4-4V38a4 4 0 0 1 4-4z";
const PORTRAIT = ["M54 58a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M43 74c1-8 5-12 11-12s10 4 11 12z"];

const DRAWINGS: Record<Drawing, readonly Group[]> = {
  passport: [
    [
      "how-card",
      "M38 8h84a3 3 0 0 1 3 3v78a3 3 0 0 1-3 3H38a3 3 0 0 1-3-3V11a3 3 0 0 1 3-3z",
      "M35 48h90",
      "M46 20h52",
      "M46 29h40",
      "M54 66a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z",
      "M45 76c1-5 4-8 9-8s8 3 9 8z",
      "M74 58h38",
      "M74 66h28",
    ],
    ["how-mrz", "M43 82h74", "M43 87h74"],
    ["how-frame how-page", "M28 56V44h12", "M120 44h12v12", "M132 84v12h-12", "M40 96H28V84"],
  ],
  front: [["how-card", CARD, ...PORTRAIT, "M76 48h36", "M76 58h36", "M76 68h24"], CORNERS],
  back: [
    ["how-side how-side-front", CARD, ...PORTRAIT, "M76 48h36", "M76 58h36", "M76 68h24"],
    ["how-side how-side-back", CARD, "M36 44h88", "M46 62h68", "M46 69h68", "M46 76h68"],
    ["how-turn", "M58 106a34 9 0 0 0 44 0", "M95 104l8 1-2 8"],
  ],
  liveness: [
    ["how-frame how-oval", "M80 6c20 0 30 20 30 44s-12 48-30 48-30-24-30-48S60 6 80 6z"],
    [
      "how-head",
      "M80 18c13 0 20 12 20 30s-8 34-20 34-20-16-20-34 7-30 20-30z",
      "M70 46h5",
      "M85 46h5",
      "M80 50v9h-3",
      "M73 68c4 3 10 3 14 0",
    ],
  ],
};

const CSS = `
.how-drawing { display: block; width: min(15rem, 70%); max-height: 60%; fill: none; stroke: currentColor;
  stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.how-frame, .how-turn { stroke: #6ee7d2; stroke-width: 3.5; transform-box: view-box; transform-origin: 50% 50%;
  animation: how-close 3s ease-in-out infinite; }
.how-page { transform-origin: 50% 58%; }
.how-mrz { stroke-dasharray: 3 2; }
.how-head { transform-box: view-box; transform-origin: 50% 42%; animation: how-near 3s ease-in-out infinite; }
.how-oval { animation: none; }
.how-side { transform-box: view-box; transform-origin: 50% 50%; animation: how-away 3s ease-in-out infinite; }
.how-side-back { animation-name: how-here; }
.how-turn { animation: none; }
[dir="rtl"] .how-turn { transform: scaleX(-1); }
@keyframes how-close { 0%, 10% { transform: scale(1.22); opacity: .35; }
  55%, 100% { transform: scale(1); opacity: 1; } }
@keyframes how-near { 0%, 10% { transform: translateY(14px) scale(.62); } 55%, 100% { transform: none; } }
@keyframes how-away { 0%, 25% { transform: none; } 50%, 100% { transform: scaleX(0); } }
@keyframes how-here { 0%, 50% { transform: scaleX(0); } 75%, 100% { transform: none; } }
@media (prefers-reduced-motion: reduce) {
  .how-frame, .how-head, .how-side { animation: none !important; }
  .how-side-front { display: none; }
}
@media (forced-colors: active) { .how-frame, .how-turn { stroke: currentColor; } }
`;

/** Draws what to do; decorative, since the text beside it says the same. */
export function drawingOf(kind: Drawing): SVGSVGElement {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 160 120");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "how-drawing");
  svg.setAttribute("data-kyc", "drawing");
  for (const [name, ...paths] of DRAWINGS[kind]) {
    const group = document.createElementNS(NS, "g");
    group.setAttribute("class", name);
    for (const d of paths) {
      const path = document.createElementNS(NS, "path");
      path.setAttribute("d", d);
      group.append(path);
    }
    svg.append(group);
  }
  return svg;
}

/** The style sheet of the drawings, for the root that shows them. */
export function drawingSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
